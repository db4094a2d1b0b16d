// The rules of bpmnlint for our drawings: all that its makers recommend, and here each difference
// with its reason. Read by drawings.mjs.
export default {
  extends: "bpmnlint:recommended",
  rules: {
    // A step that can be reached from several sides (a return by a leader, a second supplement) is
    // drawn with several flows into it, as the decisions' own charts do. The engine takes each as it
    // comes; a joining gateway before every such step would be one more shape that asks nothing.
    "fake-join": "off",
  },
};

"""Input forms: `.form` files become marshmallow schemas and descriptions for templates."""

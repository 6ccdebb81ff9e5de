"""Pure rules of the inventory: frozen values in, frozen values out."""

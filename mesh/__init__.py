"""The nouns and rules of a service mesh: pure Python and NumPy, no Django, no input or output."""

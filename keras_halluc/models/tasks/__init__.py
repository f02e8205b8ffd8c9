"""Ready tasks on any KerasHub text backbone, with their preprocessors."""

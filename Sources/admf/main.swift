print("admf")

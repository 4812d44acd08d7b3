"""What the exercises ask, lesson by lesson, and the mistakes that people make in each; the floor around it judges."""

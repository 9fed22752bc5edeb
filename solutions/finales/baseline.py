# %% [markdown] finale="chance"
# ## Finale: what an untrained model knows
#
# *Not graded, about 10 minutes.* Your two models meet real images before they have learnt
# anything. **Predict** first: which accuracy and which loss do you expect of a model that knows
# nothing, when there are ten classes?
#
# The next cell says which functions are yours. Where one is missing, the course's stands in, and
# the line says which exercise gives you your own.

# %% finale="chance" tags=["active-ipynb"]
# import torch
#
# from fashion_course.kit import CLASS_NAMES, fashion_mnist, plot_images
# from fashion_course.kit.learner.finale import yours
#
# my = yours(
#     "build_transform",
#     "FashionMNISTModelV0",
#     "FashionMNISTModelV1",
#     "cross_entropy",
#     "accuracy",
# )
# test = fashion_mnist("test", transform=my.build_transform(0.286, 0.353))
# pairs = [test[index] for index in range(1000)]
# images = torch.stack([image for image, _ in pairs])  # (1000, 1, 28, 28)
# labels = torch.tensor([label for _, label in pairs])  # (1000,)

# %% finale="chance" tags=["active-ipynb"]
# torch.manual_seed(0)
# models = {"V0": my.FashionMNISTModelV0(), "V1": my.FashionMNISTModelV1()}
# for name, model in models.items():
#     with torch.no_grad():
#         logits = model(images)  # (1000, 10)
#     loss = my.cross_entropy(logits, labels).item()
#     print(f"{name}: accuracy {my.accuracy(logits, labels):.1%}, loss {loss:.3f}")
#     counts = torch.bincount(logits.argmax(dim=1), minlength=10).tolist()
#     guessed = [f"{CLASS_NAMES[k]} {count}" for k, count in enumerate(counts) if count]
#     print("    it says:", ", ".join(guessed))
# print(f"Guessing among ten classes: accuracy 10 %, loss log(10) = {torch.tensor(10.0).log():.3f}")

# %% finale="chance" tags=["active-ipynb"]
# guesses = logits[:10].argmax(dim=1).tolist()
# titles = [f"says {CLASS_NAMES[k]}" for k in guesses]
# plot_images(test.images[:10], titles)

# %% [markdown] finale="chance"
# Both models are at chance: about one image in ten is right, and the loss is about `log(10)`.
# Whoever sees such numbers *after* training knows that nothing was learnt. Draw other weights with
# another seed: which classes does the model prefer now, and why are they others?
#
# In the next unit your own loop trains these two models.

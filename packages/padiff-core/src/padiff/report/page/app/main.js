// Everything is there: show it, and look at the first place where the models part.

selectFirst();
foldFirst();
showTop();
showStory();
showDepth();
showTree();
followDetail();
showRest();
listenToKeys();
scrollToSelected();

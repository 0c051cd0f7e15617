"""评审: the rules of the experts' round. Pure: who may judge what, how the draw falls, how points become a score."""

namespace Pile.CrossMatch;

/// <summary>Two files of positions are not enough for a match: they have different epochs or are on the earth, so their datasets must be
/// opened.</summary>
internal sealed class DatasetsRequiredException() : Exception("The match needs the datasets of the positions.");

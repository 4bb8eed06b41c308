namespace Pile.CrossMatch;

/// <summary>Two files of positions have different epochs, so their datasets must be opened for the match.</summary>
internal sealed class EpochsDifferException() : Exception("The positions have different epochs.");

namespace Pile.Reading;

/// <summary>A layer of a saved query, at one commit.</summary>
/// <param name="Address">The layer's folder or address; not part of hashes.</param>
/// <param name="Commit">The number of the commit.</param>
/// <param name="Hash">The SHA-256 of the commit.</param>
internal sealed record SavedLayer(string Address, long Commit, string Hash);

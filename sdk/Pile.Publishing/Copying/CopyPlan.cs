namespace Pile.Publishing;

/// <summary>The amount of data that a copy will send.</summary>
/// <param name="Files">The number of files that are missing at the destination.</param>
/// <param name="Bytes">Their total size in bytes.</param>
/// <param name="IsToRemote">True if they are sent to a remote store.</param>
internal readonly record struct CopyPlan(int Files, long Bytes, bool IsToRemote);

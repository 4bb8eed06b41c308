namespace Pile.Publishing;

/// <summary>What a copy will send.</summary>
/// <param name="Files">Files that are not at the destination yet.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsToRemote">True when they go to a remote store.</param>
internal readonly record struct CopyPlan(int Files, long Bytes, bool IsToRemote);

namespace Pile.Adopting;

/// <summary>A place that the user named.</summary>
/// <param name="Root">The folder, bucket or server.</param>
/// <param name="Files">The files that were named below it; empty for all.</param>
internal sealed record ArchiveInput(ArchiveRoot Root, IReadOnlyList<string> Files);

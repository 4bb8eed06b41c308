namespace Pile.Layers;

/// <summary>A patch of the log.</summary>
/// <param name="Commit">The commit that made it.</param>
/// <param name="Operation">The operation that names it.</param>
/// <param name="Order">Its place in the log: the value of a later patch wins.</param>
internal sealed record LayerPatch(LayerCommit Commit, LayerOperation Operation, int Order);

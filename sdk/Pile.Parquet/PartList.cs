namespace Pile.Parquet;

/// <summary>The place of a list in a footer.</summary>
/// <param name="HeadAt">Where its header begins.</param>
/// <param name="At">Where its first element begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Count">The number of elements.</param>
internal readonly record struct PartList(int HeadAt, int At, int End, int Count);

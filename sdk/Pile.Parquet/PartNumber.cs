namespace Pile.Parquet;

/// <summary>An integer in a footer.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Value">The value.</param>
internal readonly record struct PartNumber(int At, int End, long Value);

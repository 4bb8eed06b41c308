namespace Pile.Adopting;

/// <summary>What reading the rows of a column in the adopted files costs, summed over all rows with a value.</summary>
/// <param name="Column">The column.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="ValueBytes">The size of their values.</param>
/// <param name="Pieces">The number of pieces that contain them, counted for each row.</param>
/// <param name="StoredBytes">The bytes that are read for them.</param>
/// <param name="DecodedBytes">The bytes to which the pieces are decoded.</param>
internal sealed record RowCost(string Column, long Rows, long ValueBytes, long Pieces, long StoredBytes, long DecodedBytes)
{
    /// <summary>Adds the rows of another part of the same column.</summary>
    internal RowCost Plus(RowCost other) => this with
    {
        Rows = Rows + other.Rows,
        ValueBytes = ValueBytes + other.ValueBytes,
        Pieces = Pieces + other.Pieces,
        StoredBytes = StoredBytes + other.StoredBytes,
        DecodedBytes = DecodedBytes + other.DecodedBytes,
    };
}

namespace Pile.Streaming;

/// <summary>Weights that give every cell of the sky the same total weight, regardless of its number of rows.</summary>
internal static class CellWeights
{
    /// <summary>Returns for every row the inverse of the number of rows in its cell.</summary>
    /// <param name="cells">The cell of every row: HEALPix pixels of one order.</param>
    public static double[] Inverse(ReadOnlySpan<long> cells)
    {
        Dictionary<long, int> counts = [];
        foreach (long cell in cells)
            counts[cell] = counts.GetValueOrDefault(cell) + 1;
        double[] weights = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
            weights[i] = 1.0 / counts[cells[i]];
        return weights;
    }
}

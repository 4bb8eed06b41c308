namespace Pile.Streaming;

/// <summary>Weights that make every cell of the sky count the same, however many rows it has.</summary>
internal static class CellWeights
{
    /// <summary>For every row one over the number of rows in its cell.</summary>
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

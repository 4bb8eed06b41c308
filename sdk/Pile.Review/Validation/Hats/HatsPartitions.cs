using System.Globalization;
using Pile.Sky;

namespace Pile.Review;

/// <summary>Reads the list of tiles, <c>partition_info.csv</c>; only its columns <c>Norder</c> and <c>Npix</c> are used.</summary>
internal static class HatsPartitions
{
    internal const string FileName = "partition_info.csv";
    internal const long LargestBytes = 256L << 20;

    /// <summary>Reads the list.</summary>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="report">Receives errors with the number of the row; null for the header.</param>
    internal static List<HealpixPixel> Read(IEnumerable<string> lines, Action<string, long?> report)
    {
        List<HealpixPixel> pixels = [];
        HashSet<HealpixPixel> seen = [];
        (int order, int number) = (-1, -1);
        long row = -1;
        foreach (string line in lines)
        {
            string[] fields = line.Split(',');
            if (row++ == -1)
            {
                (order, number) = (Array.FindIndex(fields, f => f.Trim() == "Norder"), Array.FindIndex(fields, f => f.Trim() == "Npix"));
                if (order >= 0 && number >= 0)
                    continue;
                report($"expected the columns Norder and Npix, found '{line}'", null);
                return pixels;
            }
            if (line.Length == 0)
                continue;
            if (fields.Length <= Math.Max(order, number)
                || !long.TryParse(fields[order], NumberStyles.None, CultureInfo.InvariantCulture, out long o)
                || !long.TryParse(fields[number], NumberStyles.None, CultureInfo.InvariantCulture, out long n)
                || !TilePath.TryPixel(o, n, out HealpixPixel pixel))
                report($"expected the order and number of a pixel, found '{line}'", row - 1);
            else if (!seen.Add(pixel))
                report($"expected every tile once, found {pixel} again", row - 1);
            else
                pixels.Add(pixel);
        }
        if (row == -1)
            report("expected the columns Norder and Npix, found an empty file", null);
        return pixels;
    }
}

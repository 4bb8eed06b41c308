using System.Globalization;
using Pile.Sky;

namespace Pile.Review;

/// <summary>The list of tiles, <c>partition_info.csv</c>: of its columns <c>Norder</c> and <c>Npix</c> alone are read.</summary>
internal static class HatsPartitions
{
    internal const string FileName = "partition_info.csv";
    internal const long LargestBytes = 256L << 20;

    /// <summary>Reads the list.</summary>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="complain">Hears what is wrong with a line, and its number as a row (the header is none).</param>
    internal static List<HealpixPixel> Read(IEnumerable<string> lines, Action<string, long?> complain)
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
                complain($"expected the columns Norder and Npix, found '{line}'", null);
                return pixels;
            }
            if (line.Length == 0)
                continue;
            if (fields.Length <= Math.Max(order, number)
                || !long.TryParse(fields[order], NumberStyles.None, CultureInfo.InvariantCulture, out long o)
                || !long.TryParse(fields[number], NumberStyles.None, CultureInfo.InvariantCulture, out long n)
                || !TilePath.TryPixel(o, n, out HealpixPixel pixel))
                complain($"expected the order and number of a pixel, found '{line}'", row - 1);
            else if (!seen.Add(pixel))
                complain($"expected every tile once, found {pixel} again", row - 1);
            else
                pixels.Add(pixel);
        }
        if (row == -1)
            complain("expected the columns Norder and Npix, found an empty file", null);
        return pixels;
    }
}

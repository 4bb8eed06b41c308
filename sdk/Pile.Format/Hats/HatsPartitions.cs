using System.Globalization;
using Pile.Sky;

namespace Pile.Format;

/// <summary>Reads the list of tiles of a HATS catalogue, <c>partition_info.csv</c>.</summary>
internal static class HatsPartitions
{
    internal const string FileName = "partition_info.csv";
    internal const long LargestBytes = 256L << 20;

    private static readonly string[] RowCounts = ["num_rows", "row_count"];

    /// <summary>Reads the list.</summary>
    /// <param name="lines">The lines of the file.</param>
    /// <param name="report">Receives errors with the number of the row; null for the header.</param>
    internal static List<HealpixPixel> Read(IEnumerable<string> lines, Action<string, long?> report) =>
        [.. ReadWithRows(lines, report).Select(tile => tile.Pixel)];

    /// <summary>Reads the list with the number of rows of each tile, which older catalogues have; null if it is not listed.</summary>
    /// <inheritdoc cref="Read"/>
    internal static List<(HealpixPixel Pixel, long? Rows)> ReadWithRows(IEnumerable<string> lines, Action<string, long?> report)
    {
        List<(HealpixPixel, long?)> pixels = [];
        HashSet<HealpixPixel> seen = [];
        (int order, int number, int count) = (-1, -1, -1);
        long row = -1;
        foreach (string line in lines)
        {
            string[] fields = (row == -1 ? line.TrimStart('\uFEFF') : line).Split(','); // spreadsheets write a byte order mark
            if (row++ == -1)
            {
                (order, number) = (Array.FindIndex(fields, f => f.Trim() == "Norder"), Array.FindIndex(fields, f => f.Trim() == "Npix"));
                count = Array.FindIndex(fields, f => RowCounts.Contains(f.Trim()));
                if (order >= 0 && number >= 0)
                    continue;
                report($"expected the columns Norder and Npix, found '{line}'", null);
                return pixels;
            }
            if (line.Length == 0)
                continue;
            if (fields.Length <= Math.Max(order, number)
                || !TryInteger(fields[order], out long o) || !TryInteger(fields[number], out long n)
                || !HatsTilePath.TryPixel(o, n, out HealpixPixel pixel))
                report($"expected the order and number of a pixel, found '{line}'", row - 1);
            else if (!seen.Add(pixel))
                report($"expected every tile once, found {pixel} again", row - 1);
            else
                pixels.Add((pixel, count >= 0 && count < fields.Length && TryInteger(fields[count], out long rows) ? rows : null));
        }
        if (row == -1)
            report("expected the columns Norder and Npix, found an empty file", null);
        return pixels;
    }

    // Pandas writes whole numbers as floats, 4.0, if a column ever had a missing value.
    private static bool TryInteger(string text, out long number)
    {
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return long.TryParse(dot >= 0 && text.AsSpan(dot + 1).Trim('0').IsEmpty ? text.AsSpan(0, dot) : text, NumberStyles.None,
            CultureInfo.InvariantCulture, out number);
    }
}

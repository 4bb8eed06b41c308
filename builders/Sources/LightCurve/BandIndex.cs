using System.Globalization;
using System.Text;
using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Numbers the bands of one table in the order in which they are found, and defines their order in a row.</summary>
internal sealed class BandIndex(BandColumnRecipe recipe, string path)
{
    private const int LongestName = 64;

    private readonly Dictionary<string, int> byValue = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> byCode = [];
    private readonly List<(string Name, long Rank, string Value)> bands = recipe.Name is { } only ? [(only, 0, only)] : [];

    internal string NameOf(int band) => bands[band].Name;

    /// <summary>Compares the positions of two bands in a row: by the order in the recipe, otherwise by value.</summary>
    internal int Compare(int left, int right) => bands[left].Rank.CompareTo(bands[right].Rank) is not 0 and var byRank ? byRank
        : string.CompareOrdinal(bands[left].Value, bands[right].Value);

    /// <summary>Returns the band of each row of a batch.</summary>
    /// <exception cref="SchemaMismatchException">The column holds neither text nor integers.</exception>
    /// <exception cref="ValueInvalidException">A row has no band, or one that is missing in the recipe.</exception>
    internal int[] Of(RowBatch batch, long firstRow)
    {
        int[] numbers = new int[batch.RowCount];
        if (recipe.Name is not null)
            return numbers; // all 0, the only band
        if (batch[recipe.Column!] is TextColumnData texts)
            Number(texts, firstRow, numbers);
        else
            Number(batch[recipe.Column!], firstRow, numbers);
        return numbers;
    }

    private void Number(TextColumnData texts, long firstRow, int[] numbers)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = byValue.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> text = stackalloc char[LongestName];
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<byte> utf8 = texts.Element(row).Trim((byte)' ');
            if (texts.IsNullAt(row) || utf8.IsEmpty)
                throw Missing(firstRow + row);
            if (utf8.Length > LongestName)
                throw new ValueInvalidException(path, firstRow + row, recipe.Column!, $"'{Encoding.UTF8.GetString(utf8)}'",
                    $"a band name of up to {LongestName} bytes", "Set 'band' in the recipe's source to the column of bands");
            ReadOnlySpan<char> value = text[..Encoding.UTF8.GetChars(utf8, text)];
            if (!known.TryGetValue(value, out numbers[row]))
                byValue.Add(value.ToString(), numbers[row] = New(value.ToString(), 0, firstRow + row));
        }
    }

    private void Number(ColumnData codes, long firstRow, int[] numbers)
    {
        if (!codes.Schema.DType.IsInteger())
            throw new SchemaMismatchException(path, codes.Schema.Name,
                $"expected bands as text or integers, found {codes.Schema.DType.Name()}",
                "Set 'band' in the recipe's source to another column, or to one band for all samples: band: { name: r }");
        long[] values = SampleColumns.Int64(codes, path, firstRow);
        for (int row = 0; row < values.Length; row++)
            if (!byCode.TryGetValue(values[row], out numbers[row]))
                byCode.Add(values[row], numbers[row] = New(values[row].ToString(CultureInfo.InvariantCulture), values[row],
                    firstRow + row));
    }

    private int New(string value, long rank, long row)
    {
        if (recipe.Names.IsEmpty)
            return Add(value, rank, value);
        for (int i = 0; i < recipe.Names.Length; i++)
            if (recipe.Names[i].Value == value)
                return Add(recipe.Names[i].Name, i, value);
        throw new ValueInvalidException(path, row, recipe.Column!, $"'{value}'",
            $"one of the bands {string.Join(", ", recipe.Names.Select(n => n.Value))}",
            "Add the value to 'names' of 'band' in the recipe's source");
    }

    private int Add(string name, long rank, string value)
    {
        bands.Add((name, rank, value));
        return bands.Count - 1;
    }

    private ValueInvalidException Missing(long row) =>
        new(path, row, recipe.Column!, "a missing value", "a band", "Add the value, or remove the row");
}

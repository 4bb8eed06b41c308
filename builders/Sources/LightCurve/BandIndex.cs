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
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">The row of the table that is first in the batch.</param>
    /// <param name="reject">Receives each row without a band, or with one that is missing in the recipe.</param>
    /// <exception cref="SchemaMismatchException">The column holds neither text nor integers.</exception>
    internal int[] Of(RowBatch batch, long firstRow, Action<ValueInvalidException> reject)
    {
        int[] numbers = new int[batch.RowCount];
        if (recipe.Name is not null)
            return numbers; // all 0, the only band
        if (batch[recipe.Column!] is TextColumnData texts)
            Number(texts, firstRow, numbers, reject);
        else
            Number(batch[recipe.Column!], firstRow, numbers, reject);
        return numbers;
    }

    private void Number(TextColumnData texts, long firstRow, int[] numbers, Action<ValueInvalidException> reject)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> known = byValue.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> text = stackalloc char[LongestName];
        for (int row = 0; row < numbers.Length; row++)
        {
            ReadOnlySpan<byte> utf8 = texts.Element(row).Trim((byte)' ');
            if (texts.IsNullAt(row) || utf8.IsEmpty)
            {
                reject(new(path, firstRow + row, recipe.Column!, "a missing value", "a band", "Add the value, or remove the row"));
                continue;
            }
            if (utf8.Length > LongestName)
            {
                reject(new(path, firstRow + row, recipe.Column!, $"'{Encoding.UTF8.GetString(utf8)}'",
                    $"a band name of up to {LongestName} bytes", "Set 'band' in the recipe's source to the column of bands"));
                continue;
            }
            ReadOnlySpan<char> value = text[..Encoding.UTF8.GetChars(utf8, text)];
            if (known.TryGetValue(value, out numbers[row]))
                continue;
            if (TryAdd(value.ToString(), 0, out numbers[row]))
                byValue.Add(value.ToString(), numbers[row]);
            else
                reject(Unknown(value.ToString(), firstRow + row));
        }
    }

    private void Number(ColumnData codes, long firstRow, int[] numbers, Action<ValueInvalidException> reject)
    {
        if (!codes.Schema.DType.IsInteger())
            throw new SchemaMismatchException(path, codes.Schema.Name,
                $"expected bands as text or integers, found {codes.Schema.DType.Name()}",
                "Set 'band' in the recipe's source to another column, or to one band for all samples: band: { name: r }");
        long[] values = SampleColumns.Int64(codes, path, firstRow, reject);
        for (int row = 0; row < values.Length; row++)
        {
            if (codes.IsNullAt(row) || byCode.TryGetValue(values[row], out numbers[row]))
                continue;
            string value = values[row].ToString(CultureInfo.InvariantCulture);
            if (TryAdd(value, values[row], out numbers[row]))
                byCode.Add(values[row], numbers[row]);
            else
                reject(Unknown(value, firstRow + row));
        }
    }

    /// <summary>Adds a band; false if it is missing in the recipe.</summary>
    private bool TryAdd(string value, long rank, out int number)
    {
        number = bands.Count;
        if (recipe.Names.IsEmpty)
            bands.Add((value, rank, value));
        for (int i = 0; i < recipe.Names.Length; i++)
            if (recipe.Names[i].Value == value)
                bands.Add((recipe.Names[i].Name, i, value));
        return bands.Count > number;
    }

    private ValueInvalidException Unknown(string value, long row) => new(path, row, recipe.Column!, $"'{value}'",
        $"one of the bands {string.Join(", ", recipe.Names.Select(n => n.Value))}",
        "Add the value to 'names' of 'band' in the recipe's source");
}

using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Streaming;

public static partial class Split
{
    /// <summary>Splits by a column that names the part of each row, as a survey or a benchmark has defined it. Rows without a value are in
    /// no part.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="column">A light scalar column of text, integers or bools; the parts are its values in ordinal order, and classes have
    /// their names.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <exception cref="ArgumentException">There is no such column, it is heavy or of floating-point numbers, or it has more than 1,000
    /// values.</exception>
    public static async Task<RowSplit> ByColumnAsync(Query query, string column, CancellationToken cancellationToken = default)
    {
        const int MostParts = 1000;
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(column);
        RowBatch rows = await LightAsync(query, [column], cancellationToken).ConfigureAwait(false);
        string?[] names = [.. Enumerable.Range(0, rows.RowCount).Select(row => NameOf(rows[column], row))];
        ImmutableArray<string> parts = [.. names.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (parts.Length > MostParts)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{column}' has {parts.Length:N0} values; a split has at most {MostParts} parts."),
                nameof(column));
        Dictionary<string, int> places = parts.Select((name, place) => (name, place)).ToDictionary(p => p.name, p => p.place,
            StringComparer.Ordinal);
        return await SplitAsync(query, parts, [.. names.Select(name => name is null ? -1 : places[name])], SplitStep.OfColumn(column),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Splits so that each label has its share in every part as closely as possible, where a row may have several
    /// labels.</summary>
    /// <param name="query">The rows, and the columns that are streamed.</param>
    /// <param name="columns">One light column with a list of labels in each row, or several scalar columns, of which each value is a label;
    /// of bools only true is one.</param>
    /// <param name="shares">The parts.</param>
    /// <param name="seed">Another seed gives another split.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <remarks>Source: iterative stratification of K. Sechidis, G. Tsoumakas and I. Vlahavas, "On the stratification of multi-label data",
    /// ECML PKDD 2011, LNCS 6913, 145, algorithm 1. Ties are broken by a hash of the row's id.</remarks>
    /// <exception cref="ArgumentException">There is no such column, it is heavy or of floating-point numbers, or there is no
    /// column.</exception>
    public static async Task<RowSplit> IterativeAsync(Query query, IReadOnlyList<string> columns, SplitShares shares, ulong seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Contains(null!))
            throw new ArgumentNullException(nameof(columns), "A column is null.");
        ArgumentNullException.ThrowIfNull(shares);
        (int[][] labels, double[] order) = await LabelsAsync(query, columns, seed, cancellationToken).ConfigureAwait(false);
        int[] part = IterativeStratification.PartOfRows(labels, order, [.. shares.Weights]);
        return await SplitAsync(query, shares.Names, part, SplitStep.Of(SplitStep.Iterative, shares, seed, [.. columns]), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Returns the labels of every row as numbers from 0, and the rank of every row by the hash of its id.</summary>
    private static async Task<(int[][] Labels, double[] Order)> LabelsAsync(Query query, IReadOnlyList<string> columns, ulong seed,
        CancellationToken cancellationToken)
    {
        if (columns.Count == 0)
            throw new ArgumentException("At least one column of labels is required.", nameof(columns));
        RowBatch rows = await ReadAsync(query, ["object_id", .. columns], cancellationToken).ConfigureAwait(false);
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        HashSet<int> own = [];
        int[][] labels = new int[rows.RowCount][];
        double[] order = new double[rows.RowCount];
        for (int row = 0; row < labels.Length; row++)
        {
            own.Clear();
            foreach (string name in columns)
                foreach (string label in LabelsOf(rows[name], row))
                {
                    string key = $"{name}={label}";
                    if (!numbers.TryGetValue(key, out int number))
                        numbers.Add(key, number = numbers.Count);
                    own.Add(number);
                }
            labels[row] = [.. own];
            order[row] = Unit(rows["object_id"], row, seed, ForRows);
        }
        return (labels, order);
    }

    private static IEnumerable<string> LabelsOf(ColumnData column, int row)
    {
        if (column.IsNullAt(row))
            return [];
        if (column.Schema.IsScalar)
            return column is ColumnData<bool> flags ? flags.Row(row)[0] ? ["true"] : [] : [NameOf(column, row)!];
        return column switch
        {
            TextColumnData texts => Enumerable.Range(0, texts.ElementsOf(row)).Select(i => texts.Text(row, i)),
            ColumnData<int> c => Texts(c.Row(row)),
            ColumnData<long> c => Texts(c.Row(row)),
            ColumnData<short> c => Texts(c.Row(row)),
            ColumnData<byte> c => Texts(c.Row(row)),
            ColumnData<sbyte> c => Texts(c.Row(row)),
            ColumnData<ushort> c => Texts(c.Row(row)),
            ColumnData<uint> c => Texts(c.Row(row)),
            ColumnData<ulong> c => Texts(c.Row(row)),
            _ => throw new ArgumentException($"Column '{column.Schema.Name}' is a list of {column.Schema.DType.Name()}; labels are text or "
                + "integers.", nameof(column)),
        };

        static string[] Texts<T>(ReadOnlySpan<T> values) where T : IFormattable
        {
            string[] texts = new string[values.Length];
            for (int i = 0; i < texts.Length; i++)
                texts[i] = values[i].ToString(null, CultureInfo.InvariantCulture);
            return texts;
        }
    }

    /// <summary>Returns the value of a scalar as text, or the name of its class; null without a value.</summary>
    /// <exception cref="ArgumentException">The column is of floating-point numbers.</exception>
    internal static string? NameOf(ColumnData column, int row)
    {
        if (column is ColumnData<float> or ColumnData<double>)
            throw new ArgumentException($"Column '{column.Schema.Name}' is {column.Schema.DType.Name()}; classes and parts are text, "
                + "integers or bools.", nameof(column));
        string? text = ElementText.OfScalar(column, row);
        foreach (CategorySchema category in column.Schema.Categories)
            if (category.Code.ToString(CultureInfo.InvariantCulture) == text)
                return category.Name;
        return text;
    }
}

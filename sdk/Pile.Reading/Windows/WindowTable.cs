using System.Runtime.InteropServices;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>The windows of one column, for every row of a reader: a file, a band and a factor for each band, and the window.</summary>
internal sealed class WindowTable
{
    private readonly List<int> files = [], bands = [], factors = [], windows = [], starts = [0];
    private HashSet<int>? nulls;

    /// <summary>The number of rows.</summary>
    internal int RowCount => starts.Count - 1;

    /// <summary>Returns whether a row has no value.</summary>
    internal bool IsNull(int row) => nulls is not null && nulls.Contains(row);

    /// <summary>Returns the file of each band of a row.</summary>
    internal ReadOnlySpan<int> FilesOf(int row) => Of(files, row);

    /// <summary>Returns the number of each band of a row in its file.</summary>
    internal ReadOnlySpan<int> BandsOf(int row) => Of(bands, row);

    /// <summary>Returns how many pixels of the value are as wide as one of each band's file.</summary>
    internal ReadOnlySpan<int> FactorsOf(int row) => Of(factors, row);

    /// <summary>Returns column, row, width and height of a row's window.</summary>
    internal ReadOnlySpan<int> WindowOf(int row) =>
        CollectionsMarshal.AsSpan(windows).Slice(row * WindowColumnData.WindowTerms, WindowColumnData.WindowTerms);

    /// <summary>Appends the four columns of a chunk.</summary>
    /// <exception cref="FormatException">The lists of a row differ in length.</exception>
    internal void Append(DuckDbVector ofFiles, DuckDbVector ofBands, DuckDbVector ofFactors, DuckDbVector ofWindows)
    {
        for (int row = 0; row < ofFiles.RowCount; row++)
        {
            bool isValid = ofFiles.IsValid(row) && ofBands.IsValid(row) && ofFactors.IsValid(row) && ofWindows.IsValid(row);
            if (!isValid)
            {
                (nulls ??= []).Add(RowCount);
                windows.AddRange([0, 0, 0, 0]);
                starts.Add(files.Count);
                continue;
            }
            files.AddRange(ListOf(ofFiles, row));
            bands.AddRange(ListOf(ofBands, row));
            factors.AddRange(ListOf(ofFactors, row));
            ReadOnlySpan<int> window = ListOf(ofWindows, row);
            if (bands.Count != files.Count || factors.Count != files.Count || window.Length != WindowColumnData.WindowTerms)
                throw new FormatException("the lists of a row's bands differ in length, or its window has not four numbers");
            windows.AddRange(window);
            starts.Add(files.Count);
        }
    }

    /// <summary>Returns the windows of all rows as a column.</summary>
    /// <param name="schema">The column.</param>
    /// <param name="shapes">Each row's shape: rows × rank; empty if the column is not ragged.</param>
    /// <param name="rasters">The files.</param>
    /// <param name="address">The dataset, for messages.</param>
    /// <exception cref="DatasetInvalidException">Rows differ in the number of bands, or a file is not listed.</exception>
    internal WindowColumnData ToData(ColumnSchema schema, int[] shapes, WindowSources rasters, string address)
    {
        int bandCount = 0, rank = schema.Shape.Length;
        if (!schema.IsRagged)
            shapes = new int[RowCount * rank];
        for (int row = 0; row < RowCount; row++)
        {
            if (!schema.IsRagged)
                schema.Shape.AsSpan().CopyTo(shapes.AsSpan(row * rank));
            if (IsNull(row))
                continue;
            bandCount = bandCount == 0 || bandCount == FilesOf(row).Length ? FilesOf(row).Length
                : throw Invalid($"rows of one tile have {bandCount} and {FilesOf(row).Length} bands");
        }
        bandCount = Math.Max(bandCount, 1); // if no row has a value
        int[] numbers = [.. files.Distinct().Order()];
        if (numbers is [< 0, ..] || (numbers.Length > 0 && numbers[^1] >= rasters.Count))
            throw Invalid($"the index refers to file {(numbers[0] < 0 ? numbers[0] : numbers[^1])}, but the dataset has {rasters.Count}");
        Dictionary<int, int> places = numbers.Select((number, place) => (number, place)).ToDictionary(n => n.number, n => n.place);
        return new WindowColumnData(schema, RowCount, shapes,
            nulls is null ? default(ReadOnlyMemory<bool>) : Enumerable.Range(0, RowCount).Select(IsNull).ToArray())
        {
            BandCount = bandCount,
            Sources = [.. numbers.Select(number => rasters[number])],
            Files = Spread(files, file => places[file]),
            Bands = Spread(bands, band => band),
            Factors = Spread(factors, factor => factor),
            Windows = [.. windows],
        };

        // Rows without a value have no bands here, but take the same place in a column.
        int[] Spread(List<int> values, Func<int, int> of)
        {
            int[] spread = new int[RowCount * bandCount];
            for (int row = 0; row < RowCount; row++)
                for (int i = starts[row]; i < starts[row + 1]; i++)
                    spread[(row * bandCount) + i - starts[row]] = of(values[i]);
            return spread;
        }

        DatasetInvalidException Invalid(string finding) =>
            new(address, $"column '{schema.Name}': {finding}", "Run 'pile validate' for all findings");
    }

    private ReadOnlySpan<int> Of(List<int> values, int row) => CollectionsMarshal.AsSpan(values)[starts[row]..starts[row + 1]];

    private static ReadOnlySpan<int> ListOf(DuckDbVector vector, int row) =>
        vector.Values<DuckDbListEntry>()[row].Of(vector.Child.Values<int>());
}

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

    private ReadOnlySpan<int> Of(List<int> values, int row) => CollectionsMarshal.AsSpan(values)[starts[row]..starts[row + 1]];

    private static ReadOnlySpan<int> ListOf(DuckDbVector vector, int row) =>
        vector.Values<DuckDbListEntry>()[row].Of(vector.Child.Values<int>());
}

using System.Globalization;
using Pile.Sky;

namespace Pile.Format;

/// <summary>The number by which the rows of a dataset are sorted and divided into cells: the name of its column, its values, and the cell
/// of a value (SCHEMA.md, sections 4 and 5).</summary>
internal sealed class IndexKey
{
    private readonly string folderPrefix;
    private readonly int shift;

    private IndexKey(string column, string cellName, long cellCount, int shift)
    {
        (Column, CellName, CellCount, this.shift) = (column, cellName, cellCount, shift);
        folderPrefix = cellName + "=";
    }

    /// <summary>The column of the key, the first one of every tile of the index.</summary>
    public string Column { get; }

    /// <summary>The word before the <c>=</c> in the folders of cells.</summary>
    public string CellName { get; }

    /// <summary>The number of cells, with rows or without.</summary>
    public long CellCount { get; }

    /// <summary>The SQL of the cell of a row.</summary>
    /// <param name="key">The SQL of its key.</param>
    public string CellSql(string key) => string.Create(CultureInfo.InvariantCulture, $"{key} >> {shift}");

    /// <summary>Returns the cell of a key.</summary>
    public long CellOf(long key) => key >> shift;

    /// <summary>Returns the name of a cell's folder, without zero padding as in the Multimodal Universe: <c>healpix=1234</c>.</summary>
    public string FolderOf(long cell) => folderPrefix + cell.ToString(CultureInfo.InvariantCulture);

    /// <summary>Parses the name of a cell's folder.</summary>
    /// <returns>False for any other name.</returns>
    public bool TryCell(ReadOnlySpan<char> folder, out long cell)
    {
        cell = -1;
        return folder.StartsWith(folderPrefix, StringComparison.Ordinal)
            && long.TryParse(folder[folderPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out cell)
            && cell < CellCount;
    }

    /// <summary>Returns the key of a partition.</summary>
    public static IndexKey Of(Partition partition) => OfPositions(partition.Order);

    /// <summary>Returns the key of rows with a position on the sky: the NESTED pixel at order 29.</summary>
    /// <param name="order">The HEALPix order of the cells.</param>
    public static IndexKey OfPositions(int order) =>
        new(ColumnNames.Healpix29, Partition.Healpix, Healpix.PixelCount(order), 2 * (Healpix.MaxOrder - order));
}

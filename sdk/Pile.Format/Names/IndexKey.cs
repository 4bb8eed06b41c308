using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Pile.Sky;

namespace Pile.Format;

/// <summary>The number by which the rows of a dataset are sorted and divided into cells: the name of its column, its values, and the cell
/// of a value (SCHEMA.md, sections 4 and 5).</summary>
internal sealed class IndexKey
{
    /// <summary>The key's column in datasets without positions.</summary>
    internal const string HashColumn = "key";

    private const int HashBits = 60;

    private readonly string folderPrefix;
    private readonly int shift;

    private IndexKey(string column, string storedColumn, PositionFrame? frame, long cellCount, int shift, EarthGrid? grid = null)
    {
        (Column, StoredColumn, Frame, CellCount, this.shift, Grid) = (column, storedColumn, frame, cellCount, shift, grid);
        folderPrefix = storedColumn + "=";
    }

    /// <summary>The column of the key, the first one of every tile of the index.</summary>
    public string Column { get; }

    /// <summary>The standard column of shards that names the cell, which is also the word before the <c>=</c> in the folders of cells:
    /// <c>healpix</c>, the cell; <c>key</c>, the key itself; or <c>tile</c>, which does not follow from the key.</summary>
    public string StoredColumn { get; }

    /// <summary>The frame of the positions from which the key follows; null if it follows from the ids.</summary>
    public PositionFrame? Frame { get; }

    /// <summary>True if rows have a position, on the sky or on the earth.</summary>
    public bool HasPositions => Frame is not null;

    /// <summary>The grid whose tiles are the cells; null if cells are ranges of the key.</summary>
    public EarthGrid? Grid { get; }

    /// <summary>True if the cell of a row is its tile, whatever its key: rows of one cell then do not follow each other in the index.
    /// </summary>
    public bool HasTiles => Grid is not null;

    /// <summary>The number of cells, with rows or without; 0 for tiles, which are not numbered.</summary>
    public long CellCount { get; }

    /// <summary>Returns the cell of a key.</summary>
    public long CellOf(long key) => key >> shift;

    /// <summary>Returns the cell of a row.</summary>
    /// <param name="stored">Its value of <see cref="StoredColumn"/>.</param>
    public long CellOfStored(long stored) => HasPositions ? stored : stored >> shift;

    /// <summary>Returns the keys of a cell, the end excluded.</summary>
    public (long Start, long End) KeysOf(long cell) => (cell << shift, (cell + 1) << shift);

    /// <summary>Returns SQL of the value of <see cref="StoredColumn"/>.</summary>
    /// <param name="key">SQL of the key.</param>
    public string StoredSql(string key) => HasPositions ? string.Create(CultureInfo.InvariantCulture, $"{key} >> {shift}") : key;

    /// <summary>Returns the name of a cell's folder, without zero padding as in the Multimodal Universe: <c>healpix=1234</c>.</summary>
    public string FolderOf(long cell) => folderPrefix + cell.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the name of a tile's folder: <c>tile=20HNJ</c>.</summary>
    public string FolderOf(string tile) => folderPrefix + tile;

    /// <summary>The name of a folder, for messages.</summary>
    public string ExampleFolder => Grid is { } grid ? FolderOf(grid.ExampleKey) : FolderOf(12);

    /// <summary>Parses the name of a tile's folder.</summary>
    /// <returns>False for any other name, and if the cells are not tiles.</returns>
    public bool TryTile(ReadOnlySpan<char> folder, out string tile)
    {
        tile = "";
        if (Grid is not { } grid || !folder.StartsWith(folderPrefix, StringComparison.Ordinal)
            || !grid.IsKey(folder[folderPrefix.Length..]))
            return false;
        tile = folder[folderPrefix.Length..].ToString();
        return true;
    }

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
    public static IndexKey Of(Partition partition) => partition.Scheme switch
    {
        Partition.Hash => OfIds(partition.Bits!.Value),
        Partition.Tile => OfTiles(partition.Grid!),
        _ => OfPositions(partition.Order!.Value, partition.Frame),
    };

    /// <summary>Returns the key of rows with a position: the NESTED pixel at order 29.</summary>
    /// <param name="order">The HEALPix order of the cells.</param>
    /// <param name="frame">The frame of the positions; null for <see cref="PositionFrame.Icrs"/>.</param>
    public static IndexKey OfPositions(int order, PositionFrame? frame = null) =>
        new(ColumnNames.Healpix29, Partition.Healpix, frame ?? PositionFrame.Icrs, Healpix.PixelCount(order),
            2 * (Healpix.MaxOrder - order));

    /// <summary>Returns the key of rows on the earth whose cells are tiles: the NESTED pixel at order 29.</summary>
    public static IndexKey OfTiles(EarthGrid grid) => new(ColumnNames.Healpix29, Partition.Tile, PositionFrame.Wgs84, 0, 0, grid);

    /// <summary>Returns the key of rows without a position: the first 60 bits of SHA-256 of the id.</summary>
    /// <param name="bits">The number of leading bits that number the cells.</param>
    public static IndexKey OfIds(int bits) => new(HashColumn, HashColumn, null, 1L << bits, HashBits - bits);

    /// <summary>Returns the key of a text id.</summary>
    /// <param name="utf8">The id as UTF-8.</param>
    public static long OfId(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, hash);
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> (64 - HashBits));
    }

    /// <summary>Returns the key of an integer id, which is that of its decimal digits.</summary>
    public static long OfId(long id)
    {
        Span<byte> digits = stackalloc byte[20];
        id.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        return OfId(digits[..length]);
    }

    /// <summary>Returns SQL of the key of an id.</summary>
    /// <param name="id">SQL of the id, an integer or text.</param>
    public static string HashSql(string id) => $"CAST('0x' || left(sha256(CAST({id} AS VARCHAR)), {HashBits / 4}) AS BIGINT)";
}

using System.Globalization;
using System.Numerics;
using Pile.Format;
using Pile.Sky;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>The id and position columns of a catalogue, and their values in the dataset.</summary>
internal sealed class TargetColumns
{
    private readonly ITableReader table;
    private readonly PositionColumns columns;
    private readonly PositionReader positions;
    private readonly Dictionary<long, ValueInvalidException> faults = [];
    private readonly bool isInDegrees, isIdGuessed;
    private long nextRow;

    /// <summary>Finds the columns that the recipe names, or those with usual names.</summary>
    /// <param name="table">The catalogue.</param>
    /// <param name="recipe">The recipe's description of the catalogue.</param>
    /// <param name="firstRow">The first row to read.</param>
    /// <param name="onMessage">Receives messages about the positions, or null.</param>
    /// <exception cref="PileException">There are no such columns, or their frame is unknown.</exception>
    internal TargetColumns(ITableReader table, CatalogueRecipe recipe, long firstRow = 0, Action<string>? onMessage = null)
    {
        (this.table, nextRow) = (table, firstRow);
        try
        {
            PositionOptions options =
                recipe.Positions with { OnMessage = onMessage, OnBadValue = fault => faults.TryAdd(fault.Row, fault) };
            columns = PositionColumns.Find(table, options);
            positions = new(table, columns, options, firstRow);
        }
        catch (ArgumentException e)
        {
            throw new SchemaMismatchException(table.Path, null, e.Message.TrimEnd('.'),
                "Set 'id', 'ra', 'dec', 'ra_unit' and 'frame' in the recipe's source", e)
            { IsOfCaller = (recipe.Positions.RaColumn ?? recipe.Positions.DecColumn ?? recipe.Positions.IdColumn) is not null };
        }
        isInDegrees = positions.Frame == SkyFrame.Icrs && recipe.Positions.RaUnit is null or RaUnit.Degrees
            && IsDegrees(columns.Ra) && IsDegrees(columns.Dec);
        isIdGuessed = columns.Id is not null && recipe.Positions.IdColumn is null;
        if (columns.Id is { } id && !ObjectIdColumn.CanBe(id))
            throw isIdGuessed ? ReadAgainException.WithRowNumbers(table.Path,
                    $"the column '{id.Name}' was used as the id, but contains {ObjectIdColumn.TypeOf(id)}, not integers or text")
                : new SchemaMismatchException(table.Path, id.Name, $"expected ids as integers or text, found {id.DType.Name()}",
                    "Set 'id' in the recipe's source to another column, or to 'row' for row numbers");
    }

    /// <summary>The source of the ids.</summary>
    internal IdSource Ids => columns.Id is null ? IdSource.RowNumber : isIdGuessed ? IdSource.Guessed : IdSource.Named;

    /// <summary>The errors of the rows without a usable id or position that were read so far, by row.</summary>
    internal IReadOnlyDictionary<long, ValueInvalidException> Faults => faults;

    /// <summary>The names of the columns of right ascension and declination.</summary>
    internal string[] PositionNames => [columns.Ra.Name, columns.Dec.Name];

    /// <summary>Returns true if a column becomes the id, ra or dec of the dataset without changes, so that it is not stored
    /// twice.</summary>
    internal bool IsStandard(ColumnSchema column) =>
        IsIndexKey(column)
        || (column.Name == "object_id" && column.Name == columns.Id?.Name && column.DType is DType.Int64 or DType.String)
        || (column.Name == "ra" && column.Name == columns.Ra.Name && isInDegrees)
        || (column.Name == "dec" && column.Name == columns.Dec.Name && isInDegrees);

    /// <summary>Returns true for the key of the index, which the writer computes.</summary>
    internal static bool IsIndexKey(ColumnSchema column) =>
        column is { Name: ColumnNames.Healpix29, DType: DType.Int64 or DType.UInt64, IsScalar: true };

    /// <summary>Returns the positions of the next rows in ICRS degrees, right ascensions in [0, 360); NaN if missing.</summary>
    internal (double[] RaDeg, double[] DecDeg) Positions(RowBatch rows)
    {
        PositionBatch batch = positions.Read(rows);
        double[] raDeg = batch.RaDeg.ToArray(), decDeg = batch.DecDeg.ToArray();
        foreach (long row in batch.RowsOutOfRange)
            faults.TryAdd(row, new ValueInvalidException(table.Path, row, $"{columns.Ra.Name}, {columns.Dec.Name}",
                string.Create(CultureInfo.InvariantCulture, $"{raDeg[row - nextRow]}, {decDeg[row - nextRow]}"),
                "a position in degrees",
                "Correct the row, skip bad rows (BuildSettings.SkipsBadRows), or set 'ra_unit' in the recipe's source"));
        for (int i = 0; i < raDeg.Length; i++)
            raDeg[i] = raDeg[i] < 0 ? (raDeg[i] + 360) % 360 : raDeg[i] % 360;
        nextRow += rows.RowCount;
        return (raDeg, decDeg);
    }

    /// <summary>Reports the warnings that depend on all rows.</summary>
    internal void Complete() => positions.Complete();

    /// <summary>Returns the ids of the catalogue (unsigned 64-bit integers as text), or the row numbers if it has no ids.</summary>
    /// <exception cref="ReadAgainException">The id column was guessed, and a row has no id.</exception>
    internal ColumnData ObjectIds(RowBatch rows, long firstRow)
    {
        ModalityColumn standard = Modality.Common.Find("object_id")!;
        if (columns.Id is null)
            return new ColumnData<long>(standard.With(DType.Int64, []),
                Enumerable.Range(0, rows.RowCount).Select(i => firstRow + i).ToArray());
        ColumnData column = rows[columns.Id.Name];
        for (int row = 0; row < rows.RowCount; row++)
            if (column.IsNullAt(row) || (column is TextColumnData text && text.Element(row).IsEmpty))
                faults[firstRow + row] = isIdGuessed
                    ? throw ReadAgainException.WithRowNumbers($"{table.Path}, row {firstRow + row}",
                        $"the column '{columns.Id.Name}' was used as the id, but has no value here")
                    : new ValueInvalidException(table.Path, firstRow + row, columns.Id.Name, "nothing", "an id",
                        "Skip bad rows (BuildSettings.SkipsBadRows), or set 'id' in the recipe's source to another column");
        return column switch
        {
            TextColumnData names => TextColumnData.From(standard.With(DType.String, []),
                [.. Enumerable.Range(0, rows.RowCount).Select(row => names.Text(row).Trim())]),
            ColumnData<ulong> big => TextColumnData.From(standard.With(DType.String, []),
                [.. big.Values.ToArray().Select(v => v.ToString(CultureInfo.InvariantCulture))]),
            _ => new ColumnData<long>(standard.With(DType.Int64, []), Integers(column)),
        };
    }

    private static bool IsDegrees(ColumnSchema column) =>
        column.DType is DType.Float64 && (string.IsNullOrEmpty(column.Unit)
            || (Units.TryConvert(column.Unit, "deg", out double factor) && factor == 1));

    private static long[] Integers(ColumnData column) => column switch
    {
        ColumnData<sbyte> c => Widen(c),
        ColumnData<byte> c => Widen(c),
        ColumnData<short> c => Widen(c),
        ColumnData<ushort> c => Widen(c),
        ColumnData<int> c => Widen(c),
        ColumnData<uint> c => Widen(c),
        ColumnData<long> c => c.Values.ToArray(),
        _ => throw new ArgumentException($"Column '{column.Schema.Name}' does not hold integers.", nameof(column)),
    };

    private static long[] Widen<T>(ColumnData<T> column)
        where T : unmanaged, IBinaryInteger<T> => Array.ConvertAll(column.Values.ToArray(), long.CreateChecked);
}

using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>Catalogues out of CSV, ECSV, FITS, VOTable and Parquet files: one file, one unit; every column is kept unless the recipe says
/// otherwise.</summary>
/// <remarks>Rows are streamed. Several files make one dataset; a column that some of them lack is null there.</remarks>
[DatasetBuilder("table")]
internal sealed class TableBuilder : IDatasetBuilder
{
    private readonly RecipeSource source;
    private readonly PositionOptions positions;
    private readonly ColumnChoice choice;
    private bool isOneTable;

    /// <summary>A builder over the tables that a recipe names.</summary>
    /// <param name="source">Keys: <c>kind</c>, <c>files</c> (a glob or a list; <c>file.fits#2</c> names an HDU), and, where they can't be
    /// guessed, the columns <c>id</c> (<c>row</c>: the row number), <c>ra</c>, <c>dec</c>,
    /// <c>ra_unit</c> (deg, hours, rad or sexagesimal) and <c>frame</c> (icrs, fk5, fk4, galactic, ecliptic, J2000, B1950, 'fk5 J1975');
    /// <c>exclude</c>, <c>only</c> and <c>cast</c> choose
    /// the columns that are kept and their types; <c>nested: false</c> leaves the lists of a STRUCT of Parquet as lists by themselves,
    /// where they are not of one length.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public TableBuilder(RecipeSource source)
    {
        source.Map.RequireKeys("kind", "files", "id", "ra", "dec", "ra_unit", "frame", "nested", "exclude", "only", "cast");
        _ = source.Map.Required("files");
        this.source = source;
        choice = ColumnChoice.Read(source.Map);
        positions = new PositionOptions
        {
            RaUnit = source.Map.Find("ra_unit")?.AsScalar().AsOneOf(RaUnits.Words),
            Frame = FrameKey.Read(source.Map),
        };
    }

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = "catalogue" };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        SourceUnit[] units = [.. TableFiles.Units(source)];
        isOneTable = units.Length == 1;
        return units.ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BadRows bad = new(context, unit);
        await using ITableReader file =
            await TableFiles.OpenAsync(source, unit, new() { OnBadRow = context.SkipsBadRows ? bad.AddMissingRow : null },
                cancellationToken).ConfigureAwait(false);
        if (isOneTable)
            choice.Require(file);
        bad.Begin();
        await using ITableReader table = choice.Apply(file, context.SkipsBadRows ? bad.Add : null);
        TableRows rows = new(table, source, unit, context, positions, choice, bad);
        bool isEmpty = true, isWhole = false;
        try
        {
            // A value behind the last wanted row is not cast, as it could fail.
            await foreach (RowBatch batch in table.ReadAsync(rows.ColumnNames, 0,
                context.SkipsBadRows || ReferenceEquals(table, file) ? null : context.WantedRows, cancellationToken).ConfigureAwait(false))
            {
                RowBatch next = rows.Next(batch);
                isWhole = true;
                yield return next;
                isWhole = isEmpty = false;
                if (rows.AreAll)
                    break;
            }
            if (isEmpty)
                // its columns are the dataset's all the same
                yield return rows.Next(EmptyBatch.Of([.. rows.ColumnNames.Select(name => table.Columns.First(c => c.Name == name))]));
            isWhole = true;
        }
        finally
        {
            if (isWhole) // also where the caller wants no more rows: what the rows so far told is told all the same
                rows.Complete();
        }
    }
}

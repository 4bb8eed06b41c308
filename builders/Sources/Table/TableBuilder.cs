using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>Catalogues out of CSV, ECSV, FITS, VOTable and Parquet files: one file, one unit; every column is kept as it is.</summary>
/// <remarks>Rows are streamed. Several files make one dataset; a column that some of them lack is null there.</remarks>
public sealed class TableBuilder : IDatasetBuilder
{
    /// <summary>The name under which recipes ask for it.</summary>
    public const string Kind = "table";

    private readonly RecipeSource source;
    private readonly PositionOptions positions;

    /// <summary>A builder over the tables that a recipe names.</summary>
    /// <param name="source">Keys: <c>kind</c>, <c>files</c> (a glob or a list; <c>file.fits#2</c> names an HDU), and, where they can't be guessed, the columns <c>id</c>, <c>ra</c>, <c>dec</c>,
    /// <c>ra_unit</c> (deg, hours, rad or sexagesimal) and <c>frame</c> (icrs, fk5, fk4, galactic, ecliptic, J2000, B1950, 'fk5 J1975'); <c>nested: false</c> leaves the lists
    /// of a STRUCT of Parquet as lists by themselves, where they are not of one length.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public TableBuilder(RecipeSource source)
    {
        source.Map.RequireKeys("kind", "files", "id", "ra", "dec", "ra_unit", "frame", "nested");
        _ = source.Map.Required("files");
        this.source = source;
        positions = new PositionOptions
        {
            RaUnit = source.Map.Find("ra_unit")?.AsScalar().AsOneOf(RaUnits.Words),
            Frame = FrameKey.Read(source.Map),
        };
    }

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = "catalogue" };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(CancellationToken cancellationToken = default) => TableFiles.Units(source).ToAsyncEnumerable();

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using ITableReader table = await TableReader.OpenAsync(TableFiles.AddressOf(source, unit), cancellationToken: cancellationToken).ConfigureAwait(false);
        TableRows rows = new(table, source, unit, positions);
        bool isEmpty = true, isWhole = false;
        try
        {
            await foreach (RowBatch batch in table.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                RowBatch next = rows.Next(batch);
                isWhole = true;
                yield return next;
                isWhole = isEmpty = false;
                if (rows.AreAll)
                    break;
            }
            if (isEmpty)
                yield return rows.Next(EmptyBatch.Of(table.Columns)); // its columns are the dataset's all the same
            isWhole = true;
        }
        finally
        {
            if (isWhole) // also where the caller wants no more rows: what was left out of those it has, and what their values look like, is told all the same
                rows.Complete();
        }
    }
}

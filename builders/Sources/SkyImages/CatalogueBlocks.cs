using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Builders.Sources.SkyImages;

/// <summary>Divides a catalogue into units, and these into blocks of rows that fit into memory.</summary>
/// <remarks>A text table is read from its beginning for each unit, so that small catalogues are read once and kept, and large ones have
/// a bounded number of units.</remarks>
/// <param name="catalogue">The catalogue.</param>
/// <param name="rowBytes">Returns the memory that one row needs; called after the catalogue is counted.</param>
/// <param name="maxRows">The maximum number of rows of a block.</param>
internal sealed class CatalogueBlocks(CatalogueRecipe catalogue, Func<long> rowBytes, int maxRows)
{
    private const long BlockBytes = 64L << 20, MostKeptBytes = 64L << 20;
    private const int MostUnits = 256, MostKeptRows = 250_000;

    private Lazy<Task<Targets>>? kept;

    private long BlockRows => Math.Clamp(BlockBytes / rowBytes(), 1, maxRows);

    /// <summary>Plans the units of the catalogue.</summary>
    /// <param name="context">The build, which receives warnings about the positions.</param>
    /// <param name="files">All files that a unit reads.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The catalogue is unreadable.</exception>
    internal async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, IEnumerable<string> files,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CatalogueRecipe recipe = catalogue.In(context);
        long rowCount = await Targets.CountAsync(recipe, context, cancellationToken).ConfigureAwait(false);
        // All units share it, so that no unit may cancel reading it.
        kept = rowCount <= MostKeptRows && new FileInfo(TableReader.FileOf(recipe.Path)) is { Exists: true, Length: <= MostKeptBytes }
            ? new(() => Targets.ReadAsync(recipe, 0, (int)rowCount, CancellationToken.None)) : null;
        string[] each = [.. files.Distinct(StringComparer.Ordinal)];
        long bytes = rowBytes(), most = Math.Max(BlockRows, (rowCount + MostUnits - 1) / MostUnits);
        for (long first = 0; first < rowCount; first += most)
        {
            long count = Math.Min(most, rowCount - first);
            yield return new SourceUnit($"{catalogue.Name}:{first}", each)
            {
                FirstRow = first,
                RowCount = count,
                EstimatedBytes = count * bytes
            };
        }
    }

    /// <summary>Creates the rows of a unit from the rows of the catalogue.</summary>
    /// <remarks>With a limit, it processes at most as many objects at once as rows are wanted, so that bad objects after the limit are not
    /// errors.</remarks>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The build.</param>
    /// <param name="make">Creates the rows of some objects; returns null if no object has a row.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="PileException">The catalogue is unreadable, or an object has no usable id or position and bad rows are not
    /// skipped.</exception>
    internal async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, Func<Targets, RowBatch?> make,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int rowCount = (int)unit.RowCount!.Value;
        Targets all = kept is null
            ? await Targets.ReadAsync(catalogue.In(context), unit.FirstRow, rowCount, cancellationToken).ConfigureAwait(false)
            : (await kept.Value.ConfigureAwait(false)).Between(unit.FirstRow, unit.FirstRow + rowCount);
        context.OnFacts?.Invoke(new UnitFacts { Ids = all.Ids });
        long wanted = context.WantedRows ?? long.MaxValue, most = BlockRows;
        for (int first = 0, count; first < all.Count && wanted > 0; first += count)
        {
            count = (int)Math.Min(all.Count - first, Math.Min(most, wanted));
            if (make(context.SkipsBadRows ? all.Slice(first, count) : all.Require(first, count)) is not { } rows)
                continue;
            wanted -= rows.RowCount;
            yield return rows;
        }
    }

    /// <summary>Lists a file that is not usable as an image as skipped.</summary>
    /// <exception cref="PileException">Bad rows are not skipped.</exception>
    internal static void SkipFile(RecipeSource source, BuildContext context, string path, PileException reason)
    {
        if (!context.SkipsBadRows)
            throw reason;
        context.Report($"skipped {source.NameOf(path)}: {reason.Message}");
        context.Skip(source.NameOf(path), null, reason.Message);
    }

    /// <summary>Lists an object as skipped.</summary>
    /// <param name="context">The build.</param>
    /// <param name="targets">The objects.</param>
    /// <param name="row">The index of the object in <paramref name="targets"/>.</param>
    /// <param name="reason">The reason, if the object's row is not at fault.</param>
    internal void Skip(BuildContext context, Targets targets, int row, string reason)
    {
        long number = targets.Rows[row];
        context.Skip(catalogue.Name, number, targets.Faults.TryGetValue(number, out ValueInvalidException? fault) ? fault.Finding : reason);
    }
}

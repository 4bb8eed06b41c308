using System.Runtime.CompilerServices;
using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.Table;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Ecsv;
using Pile.Tables.Opening;
using Pile.Writing;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Reads light curves from tables with one row per measurement.</summary>
/// <remarks>Each file is a unit, each object becomes one row. The builder streams the rows, so the measurements of an object must be
/// consecutive. It keeps the catalogue of the objects, if there is one, in memory.</remarks>
[DatasetBuilder("lightcurve-table")]
internal sealed class LightCurveTableBuilder : IDatasetBuilder
{
    private readonly RecipeSource source;
    private readonly LightCurveTableRecipe recipe;
    private readonly Lazy<Task<ObjectCatalogue>>? catalogue;
    private readonly Lazy<Task<KeyedRows[]>> joined;
    private readonly Lazy<TimeAxis?> time;
    private readonly PlausibleTimes plausible = new("If the values have another unit or zero point, state it in the recipe's source, such "
        + "as 'time: { column: …, unit: s, scale: UTC, zero_mjd: 40587 }' for seconds since 1970");
    private FolderColumns? folders;

    /// <summary>Creates a builder for the tables of a recipe.</summary>
    /// <param name="source">Keys: <c>files</c>, <c>id</c>, <c>ra</c>, <c>dec</c>, <c>ra_unit</c>, <c>frame</c> or <c>catalogue</c>,
    /// <c>time</c>, <c>flux</c>, <c>flux_unit</c>, <c>flux_err</c>, <c>quality</c>, <c>band</c>, <c>rename</c>, <c>cast</c>,
    /// <c>join</c>, <c>filter</c>; see <c>SOURCE.md</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public LightCurveTableBuilder(RecipeSource source)
    {
        (this.source, recipe) = (source, LightCurveTableRecipe.Read(source));
        time = new(FindTime);
        // All units share the catalogue and joined tables, so that no unit may cancel reading them.
        joined = new(() => Task.WhenAll(recipe.Joins.Select(join => join.ReadAsync(CancellationToken.None))));
        if (recipe.Catalogue is { } objects)
            catalogue = new(() => ObjectCatalogue.ReadAsync(objects, "lightcurve_", CancellationToken.None));
    }

    /// <summary>Modality and times. What the recipe does not declare is read from the first file that declares its times.</summary>
    public DatasetFacts Facts =>
        new() { Modality = "time-series", TimeScale = time.Value?.Scale, TimeReference = time.Value?.Reference };

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (recipe.Catalogue is { } objects)
            await Targets.CountAsync(objects, context, cancellationToken).ConfigureAwait(false);
        SourceUnit[] units = [.. TableFiles.Units(source,
            [.. recipe.Catalogue?.Files ?? [], .. recipe.Joins.Select(join => TableReader.FileOf(join.Path))])];
        folders = FolderColumns.Of(units);
        foreach (SourceUnit unit in units)
            yield return unit;
    }

    private TimeAxis? FindTime()
    {
        if (recipe.Time is not { Scale: not null, Reference: not null })
            foreach (SourceUnit unit in TableFiles.Units(source).Where(unit => TableFiles.MayDeclareTimes(unit)))
                try
                {
                    using ITableReader table = recipe.Choice.Apply(TableFiles.Open(source, unit));
                    if (recipe.Time.DeclaredIn(table) is not null)
                        return recipe.Time.AxisIn(table);
                }
                catch (Exception e) when (e is SourceUnreadableException or ArgumentException)
                {
                    // The unit of this file reports it, as an error or as a skipped unit.
                }
        if (recipe.Time.Axis is null && recipe.TimeScale is null)
            RequireColumn();
        return recipe.Time is { Scale: null } and ({ Reference: not null } or { ZeroMjd: not (null or 0) })
            ? throw source.Map.Required("time").Invalid("'reference' and 'zero_mjd' require 'scale' (UTC, TAI, TDB …), because no file "
                + "states the time scale (TIMESYS)")
            : recipe.Time.Axis;
    }

    // Without a time scale the build stops before it reads; a missing column, or a format that is not read as times, is then the better
    // news. Which columns are joined is known only later.
    private void RequireColumn()
    {
        if (recipe.Joins.Count > 0)
            return;
        SourceUnit[] units = [.. TableFiles.Units(source)];
        FolderColumns ofFolders = FolderColumns.Of(units);
        foreach (SourceUnit unit in units)
            try
            {
                ITableReader file = TableFiles.Open(source, unit);
                using ITableReader table = recipe.Choice.Apply(ofFolders.AddTo(file, unit));
                RequireFormat(file);
                string[] names = [.. table.Columns.Select(c => c.Name)];
                if (!names.Contains(recipe.Time.Column))
                    throw SchemaMismatchException.Unknown(table.Path, recipe.Time.Column, names, "Correct 'time' in the recipe's source");
                return;
            }
            catch (Exception e) when (e is SourceUnreadableException or ArgumentException)
            {
                // The unit of this file reports it.
            }
    }

    /// <summary>Requires that the times of an ECSV file are in a format that is read.</summary>
    private void RequireFormat(ITableReader file)
    {
        foreach ((string column, string format) in (file as EcsvTable)?.UnreadTimes ?? [])
            if (recipe.Choice.NameOf(column) == recipe.Time.Column)
                throw new SchemaMismatchException(file.Path, column, $"its times are in astropy's format '{format}', which is not read as "
                    + "times; mjd, jd, unix, unix_tai, cxcsec, gps, jyear, isot, iso, fits, yday, datetime64, jyear_str, byear_str and "
                    + "serialize_method='jd1_jd2' are", $"Write them in another format: t['{column}'].format = 'isot'");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BadRows bad = new(context, unit);
        await using ITableReader file = await TableFiles.OpenAsync(source, unit,
            recipe.Choice.ReadOptions with { OnBadRow = context.SkipsBadRows ? bad.AddMissingRow : null }, cancellationToken)
            .ConfigureAwait(false);
        foreach (string note in ITableNotes.Of(file))
            context.Report(note);
        RequireFormat(file);
        bad.Begin();
        ITableReader columns = folders!.AddTo(file, unit);
        recipe.Choice.Require(columns);
        await using OpenTable open = new(columns, recipe.Choice, recipe.Joins, await joined.Value.ConfigureAwait(false), recipe.Filter,
            context.SkipsBadRows || recipe.Filter is not null ? bad.Add : null); // a filter may drop them
        ITableReader table = open.Rows;
        MeasurementTable measurements = new(table, recipe, plausible, context.Report);
        TablePositions? positions = catalogue is null
            ? new(table, recipe, context.Report, context.SkipsBadRows ? bad.Add : SampleColumns.Throw) : null;
        ObjectRows rows = new(context, unit, measurements, new BandIndex(recipe.Band, table.Path),
            catalogue is null ? null : await catalogue.Value.ConfigureAwait(false), positions, bad);
        string[] names = [.. measurements.Names.Concat(positions?.Names ?? []).Concat(open.Filter?.ColumnNames ?? [])
            .Distinct(StringComparer.Ordinal)];
        if (table.Columns.Select(c => c.Name).Except(names, StringComparer.Ordinal).ToArray() is { Length: > 0 } others)
            context.Report($"the dataset does not contain these columns of the measurements: {string.Join(", ", others)}");
        await foreach (RowBatch batch in table.ReadAsync(names, cancellationToken: cancellationToken).ConfigureAwait(false))
            foreach (RowBatch complete in open.Filter is null ? rows.Next(batch)
                : rows.Next(batch, open.Filter.Test(batch, cancellationToken)))
                yield return complete;
        foreach (RowBatch last in rows.Complete())
            yield return last;
        open.Report(context);
        context.OnFacts?.Invoke(new UnitFacts { UndeclaredRa = positions?.Names.First(), UndeclaredExtent = positions?.UndeclaredExtent });
    }
}

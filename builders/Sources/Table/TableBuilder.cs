using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Opening;
using Pile.Writing;

namespace Pile.Builders.Sources.Table;

/// <summary>Reads catalogues from CSV, ECSV, JSON Lines, FITS, VOTable and Parquet files. Each file is a unit.</summary>
/// <remarks>The builder streams the rows and keeps every column, unless the recipe excludes it. A column that is missing in some files
/// is null in their rows.</remarks>
[DatasetBuilder("table")]
internal sealed class TableBuilder : IDatasetBuilder, IAgreeingBuilder, IEpochBuilder, INotingBuilder
{
    private readonly TableSource source;
    private readonly Lazy<DatasetFacts> facts;
    private readonly ColumnSpellings spellings = new();
    private KeyedRows[]? joined;
    private FolderColumns? folders;
    private bool isOneTable;

    /// <summary>Creates a builder for the tables of a recipe.</summary>
    /// <param name="source">Keys: <c>kind</c>, <c>files</c> (a glob or a list; <c>file.fits#2</c> names an HDU), and, if they cannot be
    /// guessed, the columns <c>id</c> (<c>row</c>: the row number), <c>ra</c>, <c>dec</c>,
    /// <c>ra_unit</c> (deg, hours, rad or sexagesimal) and <c>frame</c> (icrs, fk5, fk4, galactic, ecliptic, J2000, B1950, 'fk5 J1975');
    /// <c>rename</c>, <c>exclude</c>, <c>only</c> and <c>cast</c> choose
    /// the columns that are kept, their names and types; <c>join</c> adds the columns of other tables; <c>filter</c> chooses the rows;
    /// <c>partition: hash</c> reads tables without positions; <c>nested: false</c> stores the lists of a Parquet STRUCT, or of a list of
    /// objects in JSON Lines, as separate lists, which may differ in length.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public TableBuilder(RecipeSource source)
    {
        this.source = TableSource.Read(source);
        facts = new(() => new()
        {
            Modality = "catalogue",
            Frame = this.source.HasPositions ? Manifest.Icrs : null,
            EpochYear = this.source.HasPositions ? FindEpoch() : null,
        });
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => facts.Value;

    /// <inheritdoc/>
    public IEnumerable<string> Notes => spellings.Note is { } note ? [note] : [];

    /// <summary>Returns the epoch of the positions in the first file that can be opened.</summary>
    private double? FindEpoch()
    {
        try
        {
            foreach (SourceUnit unit in TableFiles.Units(source.Recipe).Where(TableFiles.MayDeclareTimes))
                try
                {
                    using ITableReader table = source.Choice.Apply(TableFiles.Open(source.Recipe, unit));
                    return EpochOf(table);
                }
                catch (Exception e) when (e is SourceUnreadableException or TablePartNotFoundException or ArgumentException)
                {
                    // The unit of this file reports it, as an error or as a skipped unit.
                }
        }
        catch (DocumentInvalidException)
        {
            // Reported with the plan.
        }
        return null;
    }

    /// <inheritdoc/>
    public bool MayStateEpoch(string file) => source.HasPositions && TableFiles.MayDeclareTimes(file);

    private void ReportOtherEpoch(ITableReader table, BuildContext context)
    {
        EarlierVersion? earlier = source.HasPositions && source.Recipe.EpochYear is null ? context.Earlier : null;
        double? epoch = earlier is null ? Facts.EpochYear : earlier.Manifest.EpochYear;
        if (epoch is null && earlier is null)
            return;
        double? its = EpochOf(table);
        if (its != epoch)
            context.Report($"its positions are for {AppendedEpoch.TextOf(its)}, those of "
                + $"{(earlier is null ? "the first file" : $"'{earlier.Address}'")} for {AppendedEpoch.TextOf(epoch)}, and are not moved. "
                + "Set 'options.epoch_year' in the recipe.");
    }

    // Epochs of the rows say more.
    private double? EpochOf(ITableReader table)
    {
        try
        {
            PositionColumns found = PositionColumns.Find(table.Columns, source.Positions);
            return found.RefEpoch is null && table.EpochOf(found.Ra.Name) is { } year && year == table.EpochOf(found.Dec.Name) ? year
                : null;
        }
        catch (ArgumentException)
        {
            return null; // reported when the rows are read
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Units are read at the same time, and an error in a joined table is not one of a unit.
        joined ??= await Task.WhenAll(source.Joins.Select(join => join.ReadAsync(cancellationToken))).ConfigureAwait(false);
        RequireDeclaredTypes(joined);
        SourceUnit[] units = [.. TableFiles.Units(source.Recipe, [.. source.Joins.Select(join => TableReader.FileOf(join.Path))])];
        (isOneTable, folders) = (units.Length == 1, FolderColumns.Of(units));
        foreach (SourceUnit unit in units)
            yield return unit;
    }

    /// <summary>Checks the types of joined columns against their declarations.</summary>
    /// <remarks>The writer, too, checks them, but does not know the joined file.</remarks>
    private void RequireDeclaredTypes(IReadOnlyList<KeyedRows> tables)
    {
        foreach ((TableJoin join, KeyedRows table) in source.Joins.Zip(tables))
            foreach (ColumnSchema column in table.Columns)
                if (source.Recipe.Native.FirstOrDefault(declared => declared.Name == column.Name) is { } declared)
                    declared.RequireType(column, source.Recipe.NameOf(join.Path));
    }

    /// <inheritdoc/>
    public void RequireAgreement(IEnumerable<UnitFacts> facts) => TextSetTypes.RequireAgreement(facts);

    private ImmutableArray<string> KindsOf(ITableReader file, OpenTable table, TableRows rows,
        BuildContext context)
    {
        // Renamed columns keep their numbers.
        string NameOf(int column) => table.Rows.Columns[column].Name;
        HashSet<string> read = [.. rows.ColumnNames];
        return TextSetTypes.Describe(file, context.Decisions.TextTypes,
            (column, name) => read.Contains(NameOf(column)) && !rows.IsStandardPosition(NameOf(column)) && !source.Choice.Casts(name),
            column => NameOf(column) == rows.IdColumn);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BadRows bad = new(context, unit);
        await using ITableReader file =
            await TableFiles.OpenAsync(source.Recipe, unit, source.Choice.ReadOptions with
            {
                OnBadRow = context.SkipsBadRows ? bad.AddMissingRow : null,
                TextTypes = context.Decisions.TextTypes,
                EmptyColumns = context.Decisions.EmptyColumns,
            }, cancellationToken).ConfigureAwait(false);
        ITableReader columns = folders!.AddTo(file, unit);
        if (isOneTable)
            source.Choice.Require(columns);
        string[] notes = [.. ITableNotes.Of(file)];
        foreach (string note in notes)
            context.Report(note);
        bad.Begin();
        bool collectsBadValues = context.SkipsBadRows || source.Filter is not null; // which a filter may drop
        await using OpenTable table = new(columns, source.Choice, source.Joins, joined!, source.Filter, collectsBadValues ? bad.Add : null);
        TableRows rows = new(table, source, unit, context, bad);
        spellings.Add(unit.Id, rows.ColumnNames);
        ReportOtherEpoch(table.Rows, context);
        bool isEmpty = true, isComplete = false;
        try
        {
            // Values after the last wanted row are not cast, because a cast may fail.
            IAsyncEnumerable<RowBatch> batches = table.Rows.ReadAsync(rows.ColumnNames, 0,
                collectsBadValues || table.IsUnchanged ? null : context.WantedRows, cancellationToken);
            // Bad values of a batch must be known with its rows, not earlier.
            if (!collectsBadValues && context.WantedRows is null)
                batches = BatchesAhead.ReadAsync(batches, cancellationToken);
            await foreach (RowBatch batch in batches.ConfigureAwait(false))
            {
                RowBatch next = rows.Next(batch, cancellationToken);
                isComplete = true;
                yield return next;
                isComplete = isEmpty = false;
                if (rows.AreAll)
                    break;
            }
            if (isEmpty)
                // An empty table still adds its columns to the dataset.
                yield return rows.Next(
                    EmptyBatch.Of([.. rows.ColumnNames.Select(name => table.Rows.Columns.First(c => c.Name == name))]), cancellationToken);
            isComplete = true;
        }
        finally
        {
            if (isComplete) // also if the caller stops early, so that the facts about the rows so far are reported
            {
                rows.Complete(isOneTable ? [] : KindsOf(file, table, rows, context));
                table.Report(context);
                foreach (string note in ITableNotes.Of(file).Except(notes)) // of a file whose end is read last
                    context.Report(note);
            }
        }
    }
}

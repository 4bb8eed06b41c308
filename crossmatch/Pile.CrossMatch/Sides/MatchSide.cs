using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.CrossMatch;

/// <summary>One side of a match: rows with an id and a position.</summary>
public abstract class MatchSide
{
    private const string NotCarried = "arrays of text, or arrays that differ in more than their length";

    private string[]? own;

    /// <summary>The largest distance of a footprint on the earth from its centre, in degrees on the sphere of the index; null if the rows
    /// have no footprints.</summary>
    internal virtual double? FootprintRadiusDeg => null;

    /// <summary>The name of the side in messages: a dataset's address, or a table's path.</summary>
    public abstract string Name { get; }

    /// <summary>The columns that can be added to the result, and to which conditions can refer.</summary>
    public abstract ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The frame of the positions: the sky, or the earth.</summary>
    internal virtual PositionFrame Frame => PositionFrame.Icrs;

    /// <summary>The columns that every result has, which <c>*</c> does not select again: id, longitude and latitude.</summary>
    private protected string[] Own => own ??= ["object_id", Frame.Lon, Frame.Lat];

    /// <summary>The type of the ids: int64 or text.</summary>
    internal virtual DType IdType => DType.Int64;

    /// <summary>How errors grow while positions are moved to another epoch; null if they do not.</summary>
    internal virtual ErrorGrowth? ErrorGrowth => null;

    /// <summary>Returns the column and the text of a longitude or latitude out of range as it is stored, and whether it is an equatorial
    /// one; null if it is the value of the side.</summary>
    internal virtual (string Column, string Value, bool IsEquatorial)? StoredOffSky(long row, bool isLon) => null;

    /// <summary>The column of times; null if unknown.</summary>
    internal abstract string? TimeColumn { get; }

    /// <summary>The Julian year of the positions; null if it is not known, or differs between rows.</summary>
    internal virtual double? EpochYear => null;

    /// <summary>Returns the first and the last valid epoch of the rows.</summary>
    /// <param name="column">The column of epochs.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The range; null if it is not known without reading rows, of which there may be many.</returns>
    internal virtual async Task<EpochRange?> EpochsAsync(ColumnSchema column, CancellationToken cancellationToken)
    {
        EpochRange range = EpochRange.None;
        await foreach (RowBatch batch in ReadAsync([column.Name], null, cancellationToken).ConfigureAwait(false))
            range = range.With(batch.Columns[^1]);
        return range;
    }

    /// <summary>Returns whether one of some columns of numbers has a value other than 0 and missing ones; true also if that is not known
    /// without reading rows, of which there may be many.</summary>
    internal virtual async Task<bool> MayHaveOtherThanZeroAsync(ColumnSchema[] columns, CancellationToken cancellationToken)
    {
        await foreach (RowBatch batch in ReadAsync([.. columns.Select(c => c.Name)], null, cancellationToken).ConfigureAwait(false))
            if (batch.Columns[^columns.Length..].Any(SideValues.HasOtherThanZero))
                return true;
        return false;
    }

    /// <summary>The scale and the reference position of the standard times; null if not declared.</summary>
    internal virtual (string? Scale, string? Reference) TimeFrame => default;

    /// <summary>Returns a column of arrays of times that is stored in shards; null if there is no such column.</summary>
    internal virtual ColumnSchema? TimeArray(string name) => null;

    /// <summary>The dataset of the rows; null for other rows.</summary>
    internal virtual Dataset? Rows => null;

    /// <summary>An SQL condition over the columns by their names in SQL, which the caller of <see cref="ReadAsync"/> must apply; null
    /// without a condition.</summary>
    internal virtual string? Condition => null;

    /// <summary>All SQL expressions that select rows of the side.</summary>
    internal virtual IEnumerable<string> Expressions => Condition is { } sql ? [sql] : [];

    /// <summary>Checks the side's conditions without reading rows.</summary>
    /// <exception cref="ArgumentException">A condition is not a valid expression over its columns.</exception>
    internal virtual Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Prepares the side before its rows are read.</summary>
    internal virtual Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True if <see cref="ReadAsync"/> returns all rows, whose ids must be given to <see cref="AcceptIds"/>.</summary>
    internal virtual bool HasUncheckedIds => false;

    /// <summary>Checks that the ids of all rows are unique.</summary>
    /// <param name="ids">All ids, in the order of the rows.</param>
    /// <returns>False if the side uses the numbers of its rows, from 0, as ids from now on.</returns>
    /// <exception cref="ValueInvalidException">An id is missing or repeated.</exception>
    internal virtual bool AcceptIds(IReadOnlyList<ColumnData> ids) => true;

    /// <summary>Returns the identity of the side, as its rows were read.</summary>
    /// <param name="before">Its identity before they were read.</param>
    internal virtual SideIdentity IdentityAsRead(SideIdentity before) => before;

    /// <summary>True if <see cref="ReadAsync"/> can skip rows outside of a part of the sky.</summary>
    internal virtual bool CanBePruned => false;

    /// <summary>Returns pixels that contain all rows of the side; null if unknown without reading.</summary>
    internal virtual Task<IReadOnlyList<HealpixPixel>?> CoverageAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HealpixPixel>?>(null);

    /// <summary>Returns the number of rows that meet the conditions; null if unknown without reading.</summary>
    internal virtual Task<long?> CountAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(null);

    /// <summary>The approximate number of rows; null if unknown without reading.</summary>
    internal abstract long? RowsAtMost { get; }

    /// <summary>Returns true if a file belongs to the side.</summary>
    /// <param name="realPath">Its path, absolute and without links.</param>
    internal virtual bool HasFile(string realPath) => false;

    /// <summary>Returns the identity of the side and of its content, for the record of the match.</summary>
    /// <param name="asOpened">True for the version that was opened; false for the one that is there now.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal abstract Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken);

    /// <summary>Returns a text that identifies the content of all files of the side, wherever they are, for the parts of tasks.</summary>
    internal virtual async Task<string> ContentAsync(CancellationToken cancellationToken) =>
        (await IdentifyAsync(asOpened: false, cancellationToken).ConfigureAwait(false)).Stamp;

    /// <summary>Returns the parts of the side that a match reads.</summary>
    /// <param name="columnNames">The columns.</param>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal abstract Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken);

    /// <summary>Reads the rows: <c>object_id</c>, <c>ra</c> and <c>dec</c> (float64, ICRS degrees; on the earth <c>lon</c> and <c>lat</c>;
    /// NaN or null if missing), then the given columns, in that order.</summary>
    /// <param name="columnNames">Names of <see cref="Columns"/>.</param>
    /// <param name="reach">The part of the sky in which rows are needed; null for all of it. Other rows may also be returned.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>At least one batch, so that the types are known without rows.</returns>
    internal abstract IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken);

    /// <summary>Returns true for the names in SQL of id and position, which every side has.</summary>
    internal bool IsOwn(string sqlName) => Own.Contains(sqlName, StringComparer.OrdinalIgnoreCase);

    /// <summary>Resolves a choice of columns: names, or <c>*</c> for all.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ImmutableArray<string> Resolve(IEnumerable<string> wanted)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        foreach (string name in wanted)
        {
            if (name == "*")
                names.AddRange(Columns.Where(CanBeCarried).Select(c => c.Name)
                    .Where(n => !names.Contains(n) && !Own.Contains(n) && !IsShapeOfNotCarried(n)));
            else if (Own.Contains(name))
                continue; // every result has it
            else if (!CanBeCarried(Require(name)))
                throw new ArgumentException($"The column '{name}' of {Name} has {NotCarried}, which a result does not support. {WayOut}",
                    nameof(wanted));
            else if (!names.Contains(name))
                names.Add(name);
        }
        return names.DrainToImmutable();
    }

    /// <summary>Returns a message about the columns that <c>*</c> does not select, because a result does not support them; null
    /// without such columns.</summary>
    internal string? LeftOutOf(IEnumerable<string> wanted)
    {
        string[] names = wanted.Contains("*") ? [.. Columns.Where(c => !CanBeCarried(c)).Select(c => $"'{c.Name}'")] : [];
        return names.Length == 0 ? null : $"{Name}: the result does not have {(names.Length == 1 ? "the column" : "the columns")} "
            + $"{string.Join(", ", names)}, because it does not support {NotCarried}. {WayOut}";
    }

    /// <summary>Finds a column.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    internal ColumnSchema Require(string name) => Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException(IsHeavy(name)
            ? $"The column '{name}' of {Name} is heavy, but a match reads light columns only. A matched dataset ('--out DIR/') has it, "
                + $"and 'pile read {Name} --matches FILE' reads it for the rows of a result."
            : $"{Name} has no column '{name}'; it has "
                + $"{string.Join(", ", Columns.Take(40).Select(c => c.Name))}{(Columns.Length > 40 ? " …" : "")}.", nameof(name));

    /// <summary>Finds a column that the caller takes for times.</summary>
    /// <inheritdoc cref="Require" path="/exception"/>
    internal virtual ColumnSchema RequireTime(string name) => Require(name);

    private bool IsHeavy(string name) => Rows is { } dataset
        && dataset.ColumnsOf(DatasetView.Standard).Any(c => c.Name == name && c.Storage != ColumnStorage.Light);

    /// <summary>Parses a condition on the side's rows, with the exact names of columns.</summary>
    /// <exception cref="ArgumentException">The text is not a condition.</exception>
    internal SqlExpression ParseCondition(DuckDbConnection connection, string sql) =>
        SqlExpression.ParseCondition(connection, HasOtherSqlNames ? ExactNames.Replace(connection, sql, SqlNameOf) : sql);

    /// <summary>True if the names of some columns differ in SQL.</summary>
    internal bool HasOtherSqlNames => Columns.Any(c => c.SqlName != c.Name);

    /// <summary>Returns the name in SQL of a column; null if it is the same, or if there is no such column.</summary>
    internal string? SqlNameOf(string name) =>
        Columns.FirstOrDefault(c => c.Name == name) is { } column && column.SqlName != name ? column.SqlName : null;

    /// <summary>Finds a column by its name in SQL, in any case; null if there is no such column.</summary>
    internal ColumnSchema? FindBySqlName(string name) =>
        Columns.FirstOrDefault(c => c.SqlName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string WayOut => Rows is null
        ? "Build a dataset of the table ('pile build --from'): matched datasets ('--out DIR/') and 'pile query' have such columns."
        : $"A matched dataset ('--out DIR/') and 'pile query {Name}' have them.";

    private bool IsShapeOfNotCarried(string name) => Columns.Any(c => !CanBeCarried(c) && ColumnNames.Shape(c.Name) == name);

    private static bool CanBeCarried(ColumnSchema column) =>
        column.IsScalar || (column.DType != DType.String && (!column.IsRagged || column.Shape.Length == 1));
}

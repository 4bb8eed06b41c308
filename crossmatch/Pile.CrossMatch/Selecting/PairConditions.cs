using System.Globalization;
using Pile.DuckDb;
using Pile.Reading;

namespace Pile.CrossMatch;

/// <summary>The conditions on a pair that need columns: one SQL condition over <c>p</c> (the pair), <c>a</c> and <c>b</c>.</summary>
internal sealed class PairConditions
{
    private readonly List<string> conditions = [];
    private readonly MatchSide[] sides;
    private readonly string? userSql;

    internal PairConditions(DuckDbConnection connection, CrossMatchOptions options, SqlExpression? where, MatchSide a, MatchSide b, string? groupA, string? groupB)
    {
        (sides, userSql) = ([a, b], where?.Text);
        TellSidesApart = options.Errors == ErrorModel.Radius || groupA != groupB || where is not null;
        const string errorA = $"a.{SideBatches.Error}", errorB = $"b.{SideBatches.Error}";
        switch (options.Errors)
        {
            case ErrorModel.Sum: conditions.Add($"p.separation_arcsec <= {errorA} + {errorB}"); break;
            case ErrorModel.Sigma: conditions.Add($"p.separation_arcsec <= {DuckDbSql.Literal(options.Sigma)} * sqrt({errorA} * {errorA} + {errorB} * {errorB})"); break;
            case ErrorModel.Radius: conditions.Add($"p.separation_arcsec <= {(options.ErrorColumnA is not null ? errorA : errorB)}"); break;
        }
        if (options.TimeWindowDays is { } days)
            conditions.Add($"abs(b.{SideBatches.Mjd} - a.{SideBatches.Mjd}) <= {DuckDbSql.Literal(days)}");
        if (groupA is not null && groupB is not null)
            conditions.Add(SqlExpression.ParseCondition(connection, $"a.{DuckDbSql.Identifier(groupA)} = b.{DuckDbSql.Identifier(groupB)}").Sql);
        if (where is not null)
            conditions.Add(where.Sql);
    }

    internal bool IsEmpty => conditions.Count == 0;

    /// <summary>True where a pair might meet them one way round, and not the other.</summary>
    internal bool TellSidesApart { get; }

    /// <summary>Keeps the pairs that meet them, in a table of the workspace.</summary>
    internal void Keep(DuckDbConnection connection, string table, IEnumerable<PairBatch> pairs, SideRows a, SideRows b, CancellationToken cancellationToken)
    {
        using DuckDbBatches source = new(PairBatch.Fields, pairs.Select(p => p.ToColumns()));
        using DuckDbScan scan = connection.Scan(source);
        string sql = $"CREATE TABLE {table} AS SELECT p.row_a, p.row_b, p.separation_arcsec FROM {scan.Sql} AS p "
            + $"JOIN {a.ViewSql} AS a ON a._pile_row = p.row_a JOIN {b.ViewSql} AS b ON b._pile_row = p.row_b WHERE {string.Join(" AND ", conditions)}";
        try
        {
            connection.Execute(sql, cancellationToken: cancellationToken);
        }
        catch (DuckDbException e) when (userSql is not null && SqlMistake.Is(e))
        {
            throw SqlMistake.Of(userSql, e, sides);
        }
        catch (DuckDbException e) when (SqlMistake.Is(e))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The columns of both sides cannot be compared: {e.Error.TrimEnd().Split('\n')[0]}"), e);
        }
    }
}

using Pile.TestKit;

namespace Pile.DuckDb.Tests;

public class UserSqlTests : DatabaseTest
{
    public UserSqlTests() => Connection.Execute("CREATE TABLE t (x INTEGER, \"drop\" VARCHAR); CREATE SEQUENCE s");

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("select x from t;")]
    [InlineData("  -- a comment; DROP TABLE t\n SELECT 1 -- another")]
    [InlineData("/* one /* inside */ another */ SELECT ';' || '; DROP TABLE t' -- end")]
    [InlineData("WITH u AS (SELECT 1 AS a) SELECT a FROM u")]
    [InlineData("(SELECT 1) UNION ALL (SELECT 2)")]
    [InlineData("FROM t SELECT x WHERE x > 1")]
    [InlineData("VALUES (1), (2)")]
    [InlineData("SELECT \"drop\" FROM t WHERE x IN (SELECT x FROM t) ORDER BY ALL LIMIT 3")]
    public void A_single_SELECT_is_accepted(string sql) => Connection.RequireSingleSelect(sql);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData(";")]
    [InlineData("-- only a comment")]
    [InlineData("/* not closed SELECT 1")]
    [InlineData("SELECT 1; DROP TABLE t")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1;; COPY t TO '/tmp/pile-x.csv'")]
    [InlineData("DROP TABLE t")]
    [InlineData("COPY t TO '/tmp/pile-x.csv'")]
    [InlineData("COPY (SELECT 1) TO '/tmp/pile-x.csv'")]
    [InlineData("COPY t FROM '/etc/passwd'")]
    [InlineData("ATTACH '/tmp/pile-x.db'")]
    [InlineData("DETACH memory")]
    [InlineData("USE memory")]
    [InlineData("PRAGMA database_list")]
    [InlineData("PRAGMA show_tables")]
    [InlineData("/**/PRAGMA table_info('t')")]
    [InlineData("PRAGMA import_database('/tmp')")]
    [InlineData("IMPORT DATABASE '/tmp'")]
    [InlineData("EXPORT DATABASE '/tmp/pile-x'")]
    [InlineData("SET threads = 1")]
    [InlineData("RESET threads")]
    [InlineData("SET VARIABLE a = 1")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("CALL pragma_version()")]
    [InlineData("EXPLAIN SELECT 1")]
    [InlineData("EXPLAIN ANALYZE SELECT 1")]
    [InlineData("INSERT INTO t VALUES (1, 'a') RETURNING x")]
    [InlineData("WITH u AS (SELECT 1 AS a) INSERT INTO t SELECT a, 'b' FROM u")]
    [InlineData("WITH u AS (SELECT 1 AS a) DELETE FROM t WHERE x IN (FROM u)")]
    [InlineData("WITH u AS (SELECT 1 AS a) UPDATE t SET x = 2")]
    [InlineData("CREATE TABLE u AS SELECT 1")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("BEGIN TRANSACTION")]
    [InlineData("CHECKPOINT")]
    [InlineData("VACUUM")]
    [InlineData("SHOW TABLES")]
    [InlineData("DESCRIBE t")]
    [InlineData("SUMMARIZE t")]
    [InlineData("PIVOT t ON x")]
    [InlineData("FROM t PIVOT_ME SELECT")]
    [InlineData("SELECT * FROM missing")]
    public void Other_statements_are_rejected(string sql)
    {
        Assert.Throws<DuckDbException>(() => Connection.RequireSingleSelect(sql));
        Assert.Equal(0, Connection.Scalar<long>("SELECT count(*) FROM t")); // the table still exists and is empty
    }

    [Fact]
    public void Rejected_SQL_is_named()
    {
        Assert.StartsWith("Expected a single SELECT, found COPY.",
            Assert.Throws<DuckDbException>(() => Connection.RequireSingleSelect("copy t to 'x'")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Expected a single SELECT, found no statement.",
            Assert.Throws<DuckDbException>(() => Connection.RequireSingleSelect("")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Expected a single SELECT, found 2 statements.",
            Assert.Throws<DuckDbException>(() => Connection.RequireSingleSelect("SELECT 1; DROP TABLE t")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_locked_database_reads_its_folders_only()
    {
        using TemporaryFolder allowed = new(), other = new();
        foreach (TemporaryFolder folder in new[] { allowed, other })
            Connection.Execute($"COPY (SELECT 42 AS answer) TO {DuckDbSql.Literal(folder["a.parquet"])}");
        Database.LockDown(allowed.Path);

        Assert.Equal(42, Connection.Scalar<int>($"SELECT answer FROM read_parquet({DuckDbSql.Literal(allowed["a.parquet"])})"));
        foreach (string sql in new[]
        {
            $"FROM read_parquet({DuckDbSql.Literal(other["a.parquet"])})",
            "SELECT * FROM read_text('/etc/hostname')",
            "FROM '/etc/hostname'",
            $"ATTACH {DuckDbSql.Literal(other["b.db"])}",
            $"COPY t TO {DuckDbSql.Literal(other["c.csv"])}",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            "SET lock_configuration = false",
            "INSTALL httpfs",
            "LOAD httpfs",
        })
            Assert.Throws<DuckDbException>(() => Connection.Execute(sql));
    }

    [Fact]
    public void A_locked_database_still_spills()
    {
        const string Sort = "SELECT max(i) FROM (SELECT i, hash(i) FROM range(1000000) t(i) ORDER BY hash(i), i DESC OFFSET 0)";
        using TemporaryFolder folder = new();
        Assert.Equal(999_999L, SortIn(folder["spill"]));
        // proves that the sort above has spilled
        Assert.Contains("Out of Memory", Assert.Throws<DuckDbException>(() => SortIn("")).Message, StringComparison.OrdinalIgnoreCase);

        static long SortIn(string spillFolder)
        {
            using DuckDbDatabase small = DuckDbDatabase.OpenInMemory(
                new() { Threads = 1, MemoryLimitBytes = 16 << 20, TempDirectory = spillFolder });
            small.LockDown();
            using DuckDbConnection connection = small.Connect();
            return connection.Scalar<long>(Sort);
        }
    }
}

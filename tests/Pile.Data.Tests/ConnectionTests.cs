using System.Data;
using System.Data.Common;
using DuckDB.NET.Data;
using Pile.Format;
using Pile.Reading;
using Pile.Reading.Tests;
using Pile.Storage;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Data.Tests;

/// <summary>What programs do with an ADO.NET connection.</summary>
public sealed class ConnectionTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_table_has_the_columns_and_values_of_a_statement_over_the_dataset()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        Assert.Equal(ConnectionState.Open, connection.State);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM d ORDER BY _healpix_29, object_id;";
        await using DbDataReader reader = await command.ExecuteReaderAsync(Token);
        List<RowBatch> batches = await dataset.SqlAsync(command.CommandText, cancellationToken: Token).ToListAsync(Token);
        RowBatch expected = Assert.Single(batches);
        Assert.Equal(expected.Columns.Select(c => c.Schema.Name), Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
        for (int row = 0; row < expected.RowCount; row++)
        {
            Assert.True(await reader.ReadAsync(Token));
            Assert.Equal(((TextColumnData)expected["object_id"]).Text(row), reader["object_id"]);
            Assert.Equal(expected.Values<double>("ra")[row], reader.GetDouble(reader.GetOrdinal("ra")));
        }
        Assert.False(await reader.ReadAsync(Token));
        Assert.Equal(reader.FieldCount, reader.GetSchemaTable()!.Rows.Count);
    }

    [Theory]
    [InlineData("SELECT count(*) FROM d WHERE in_cone(ra, dec, 180, 0, 200000)")]
    [InlineData("SELECT count(*) FROM d WHERE separation(ra, dec, 180, 0) <= 200000")]
    [InlineData("SELECT count(DISTINCT healpix(3, ra, dec)) FROM d")]
    [InlineData("SELECT count(*) FILTER (gal_b(ra, dec) > 0) FROM d")]
    [InlineData("SELECT count(*) FILTER (colour > 0) FROM d")] // an alias
    public async Task Functions_of_the_sky_and_aliases_are_those_of_statements(string select)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = select;
        object? found = await command.ExecuteScalarAsync(Token);
        Assert.Equal((await dataset.SqlAsync(select, cancellationToken: Token).SingleAsync(Token)).Columns[0] is ColumnData<long> expected
            ? expected.Values.Span[0] : -1, found);
    }

    [Fact]
    public async Task Libraries_bind_parameters_by_name_and_by_position()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection opened = await dataset.OpenConnectionAsync(Token);
        IDbConnection connection = opened; // as Dapper sees it
        foreach ((string text, string? name) in (ReadOnlySpan<(string, string?)>)[("object_id = $id", "id"), ("object_id = ?", null)])
        {
            using IDbCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT object_id, z FROM d WHERE {text}";
            IDbDataParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name ?? "", made.IdAt(3));
            command.Parameters.Add(parameter);
            using IDataReader reader = command.ExecuteReader();
            Assert.True(reader.Read());
            Assert.Equal(made.IdAt(3), reader.GetString(0));
            Assert.False(reader.Read());
        }
    }

    [Fact]
    public async Task Tools_find_the_table_and_load_it()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        Assert.Contains("d", connection.GetSchema("Tables").Rows.Cast<DataRow>().Select(r => r["table_name"]));
        Assert.Contains("object_id", connection.GetSchema("Columns", [null, null, "d"]).Rows.Cast<DataRow>().Select(r =>
            r["column_name"]));
        await using DuckDBCommand command = connection.CreateCommand();
        Assert.Throws<ArgumentException>(() => command.CommandText = "SELECT table_name FROM information_schema.tables");
        command.CommandText = "SELECT object_id, ra FROM d";
        using DataTable table = new();
        table.Load(await command.ExecuteReaderAsync(Token));
        Assert.Equal((made.Rows, 2), (table.Rows.Count, table.Columns.Count));
        long batches = 0;
        await foreach (Apache.Arrow.RecordBatch batch in command.ExecuteArrowBatchesAsync(Token))
            using (batch)
                batches += batch.Length;
        Assert.Equal(made.Rows, batches);
    }

    [Fact]
    public async Task Transactions_have_no_effect_and_survive_a_rejected_statement()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        foreach (bool isCommitted in (bool[])[true, false])
        {
            await using DbTransaction transaction = await connection.BeginTransactionAsync(Token);
            await using DuckDBCommand command = connection.CreateCommand();
            command.Transaction = (DuckDBTransaction)transaction;
            Assert.Throws<ArgumentException>(() => command.CommandText = "DROP VIEW d");
            command.CommandText = "SELECT count(*) FROM d";
            Assert.Equal((long)made.Rows, await command.ExecuteScalarAsync(Token));
            await (isCommitted ? transaction.CommitAsync(Token) : transaction.RollbackAsync(Token));
        }
    }

    [Fact]
    public async Task A_statement_is_cancelled()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM range(1000000000000)";
        using CancellationTokenSource interrupt = CancellationTokenSource.CreateLinkedTokenSource(Token);
        interrupt.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await command.ExecuteScalarAsync(interrupt.Token));
        command.CommandText = "SELECT count(*) FROM d";
        Assert.Equal((long)made.Rows, await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Connections_are_used_at_once()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, new DatasetOptions { Threads = 1 }, Token);
        await Parallel.ForAsync(0, 8, Token, async (i, token) =>
        {
            await using DuckDBConnection connection = await dataset.OpenConnectionAsync(token);
            for (int k = 0; k < 5; k++)
            {
                await using DuckDBCommand command = connection.CreateCommand();
                command.CommandText = "SELECT count(*) FROM d";
                Assert.Equal((long)made.Rows, await command.ExecuteScalarAsync(token));
            }
        });
    }

    [Fact]
    public async Task Several_datasets_are_joined_by_their_names()
    {
        await using Dataset one = await Dataset.OpenAsync(made.Path, cancellationToken: Token),
            other = await Dataset.OpenAsync(TestPaths.Data("catalog/hats-tree/small_sky"), cancellationToken: Token);
        await using DuckDBConnection connection = await DatasetConnection.OpenAsync(
            new Dictionary<string, Dataset> { ["made"] = one, ["sky"] = other }, Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM made) + (SELECT count(*) FROM Sky)";
        Assert.Equal(made.Rows + other.Manifest.Rows, Convert.ToInt64(await command.ExecuteScalarAsync(Token), null));
        foreach (string name in (string[])["a b", "", "a\"b"])
            Assert.Throws<ArgumentException>(
                () => { _ = DatasetConnection.OpenAsync(new Dictionary<string, Dataset> { [name] = one }, Token); });
        Assert.Throws<ArgumentException>(() => { _ = DatasetConnection.OpenAsync(new Dictionary<string, Dataset>(), Token); });
    }

    [Fact]
    public async Task A_saved_query_has_its_rows()
    {
        using TemporaryFolder folder = new();
        await using (Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token))
            await dataset.Query().Where("ra > 100").SaveAsync(folder["some.query.yaml"], cancellationToken: Token);
        await using Dataset saved = await Dataset.OpenAsync(folder["some.query.yaml"], cancellationToken: Token);
        await using DuckDBConnection connection = await saved.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), count(*) FILTER (ra > 100) FROM d";
        await using DbDataReader reader = await command.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token));
        Assert.Equal(await saved.CountAsync(saved.Query(), Token), reader.GetInt64(0));
        Assert.Equal(reader.GetInt64(0), reader.GetInt64(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_remote_dataset_is_fetched_when_the_connection_is_opened(bool supportsRanges)
    {
        using TemporaryFolder cache = new();
        await using FileServer server = new(made.Path, supportsRanges);
        DatasetOptions options = new() { Storage = new StoreOptions { CacheFolder = cache.Path } };
        await using Dataset dataset = await Dataset.OpenAsync(server.Address.ToString(), options, Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        long requests = dataset.Statistics.Requests;
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*), sum(ra), max(object_id) FROM d";
        await using DbDataReader reader = await command.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token));
        Assert.Equal(made.Rows, reader.GetInt64(0));
        Assert.Equal(requests, dataset.Statistics.Requests);
    }
}

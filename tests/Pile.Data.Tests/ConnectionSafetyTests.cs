using System.Security.Cryptography;
using DuckDB.NET.Data;
using Pile.DuckDb;
using Pile.DuckDb.Native;
using Pile.Format;
using Pile.Reading;
using Pile.Reading.Tests;

// Objects that are not released are counted per process, so tests run sequentially.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Pile.Data.Tests;

/// <summary>What a connection rejects, verifies and releases.</summary>
public sealed class ConnectionSafetyTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static readonly string[] WithParameters = ["SELECT $1", "SELECT ?"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string AnyTile => TilesOf(made).First();

    public static TheoryData<string> Attacks => [.. SqlAttacks.All.Select(row => row.Data).Except(WithParameters)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task Anything_but_one_select_over_the_table_is_rejected_and_changes_nothing(string sql)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        string before = Fingerprint();
        await using DuckDBCommand command = connection.CreateCommand();
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            command.CommandText = SqlAttacks.On(sql, AnyTile, made.Path);
            await command.ExecuteScalarAsync(Token);
        });
        Assert.True(refused is ArgumentException or DuckDBException, refused.ToString());
        Assert.DoesNotContain("root:", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprint());
        command.CommandText = "SELECT count(*) FROM d";
        Assert.Equal((long)made.Rows, await command.ExecuteScalarAsync(Token));
    }

    [Theory]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("COPY (SELECT 1) TO '{folder}/new.csv'")]
    [InlineData("ATTACH '{folder}/x.db'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET enable_external_access = true")]
    [InlineData("SET lock_configuration = false")]
    [InlineData("SET allowed_paths = ['/etc/passwd']")]
    [InlineData("SET threads = 1")]
    [InlineData("EXPORT DATABASE '{folder}/dump'")]
    public async Task The_database_is_locked_even_for_commands_that_are_not_checked(string sql)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBConnection other = connection.Duplicate();
        await other.OpenAsync(Token);
        string before = Fingerprint();
        foreach (DuckDBConnection each in (DuckDBConnection[])[connection, other])
        {
            await using DuckDBCommand command = new(SqlAttacks.On(sql, AnyTile, made.Path), each);
            await Assert.ThrowsAsync<DuckDBException>(async () => await command.ExecuteNonQueryAsync(Token));
        }
        Assert.Equal(before, Fingerprint());
    }

    [Fact]
    public async Task A_damaged_tile_is_reported_when_the_connection_is_opened()
    {
        using HandMadeDataset damaged = new();
        string tile = TilesOf(damaged).First();
        byte[] bytes = await File.ReadAllBytesAsync(tile, Token);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Token);
        await using Dataset dataset = await Dataset.OpenAsync(damaged.Path, cancellationToken: Token);
        int states = CallbackState.LiveCount;
        DatasetInvalidException e = await Assert.ThrowsAsync<DatasetInvalidException>(() => dataset.OpenConnectionAsync(Token));
        Assert.Contains(Path.GetFileName(tile), e.Message, StringComparison.Ordinal);
        Assert.Equal(states, CallbackState.LiveCount);
    }

    [Fact]
    public async Task A_tile_that_changes_later_is_reported_by_the_next_command()
    {
        using HandMadeDataset changing = new();
        await using Dataset dataset = await Dataset.OpenAsync(changing.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT max(ra) FROM d";
        Assert.IsType<double>(await command.ExecuteScalarAsync(Token));
        string tile = TilesOf(changing).First();
        byte[] bytes = await File.ReadAllBytesAsync(tile, Token);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Token);
        await Assert.ThrowsAsync<DatasetInvalidException>(async () => await command.ExecuteScalarAsync(Token));
        await Assert.ThrowsAsync<DatasetInvalidException>(async () => await command.ExecuteNonQueryAsync(Token));
        await Assert.ThrowsAsync<DatasetInvalidException>(async () => await command.ExecuteReaderAsync(Token));
    }

    [Fact]
    public async Task Closing_releases_everything_and_is_final()
    {
        LiveHandles.Track();
        (int handles, int states) = (LiveHandles.Count, CallbackState.LiveCount);
        string[] spills = Spills();
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT object_id FROM d";
        command.UseStreamingMode = true;
        using (DuckDBDataReader reader = command.ExecuteReader())
            Assert.True(reader.Read());
        Assert.True(CallbackState.LiveCount > states);

        await connection.CloseAsync();
        Assert.Throws<InvalidOperationException>(() => connection.Open());
        Assert.Throws<InvalidOperationException>(() => command.CommandText = "SELECT 1");
        Assert.Throws<InvalidOperationException>(() => command.ExecuteScalar());
        await connection.DisposeAsync();
        await command.DisposeAsync();
        await dataset.DisposeAsync();
        Assert.Equal((handles, states), (LiveHandles.Count, CallbackState.LiveCount));
        Assert.Empty(Spills().Except(spills));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => dataset.OpenConnectionAsync(Token));

        static string[] Spills() => Directory.GetDirectories(Path.GetTempPath(), $"pile-sql-*-{Environment.ProcessId}-*");
    }

    [Fact]
    public async Task A_command_after_its_dataset_is_disposed_is_rejected()
    {
        Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM d";
        await dataset.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Errors_state_what_is_wrong_with_the_statement()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        await using DuckDBConnection connection = await dataset.OpenConnectionAsync(Token);
        await using DuckDBCommand command = connection.CreateCommand();
        Assert.Contains("is not one SELECT over the views of datasets",
            Assert.Throws<ArgumentException>(() => command.CommandText = "DELETE FROM d").Message, StringComparison.Ordinal);
        Assert.Contains("there is no column 'height'",
            Assert.Throws<ArgumentException>(() => command.CommandText = "SELECT height FROM d").Message, StringComparison.Ordinal);
    }

    private string Fingerprint() => string.Join('\n', Directory.EnumerateFiles(made.Path, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => $"{f} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}"));

    private static IEnumerable<string> TilesOf(HandMadeDataset dataset) => Directory
        .EnumerateFiles(dataset.Path, "Npix=*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
}

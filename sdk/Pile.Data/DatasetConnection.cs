using DuckDB.NET.Data;
using Pile.Format;
using Pile.Reading;

namespace Pile.Data;

/// <summary>Opens ADO.NET connections over datasets.</summary>
public static class DatasetConnection
{
    private const string OnlyView = "d";

    /// <summary>Opens a connection with the dataset as the table <c>d</c>, with the columns and functions that
    /// <see cref="Dataset.SqlAsync"/> has.</summary>
    /// <param name="dataset">The dataset. Dispose it after the connection. Its <see cref="DatasetOptions.Threads"/> and
    /// <see cref="DatasetOptions.QueryMemoryBytes"/> apply.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>An open connection for one thread at a time. It cannot be opened again after it is closed.</returns>
    /// <remarks>
    /// Commands of <see cref="DuckDBConnection.CreateCommand"/>, which Dapper and other libraries use, accept one SELECT over the table,
    /// with parameters. Setting the text of a command to anything else throws an <see cref="ArgumentException"/>. Transactions are
    /// accepted. The connection cannot open other files, load extensions or change settings. A command of a constructor or a factory
    /// and a connection of <see cref="DuckDBConnection.Duplicate"/> are not checked: pass them only SQL that the program itself contains.
    /// Opening verifies all tiles of the index, and fetches those of a remote dataset, because ADO.NET does not tell which columns a
    /// command will read. Values have DuckDB's types: DECIMAL and HUGEINT are not converted.
    /// </remarks>
    /// <exception cref="DatasetInvalidException">An index is missing, damaged, or contradicts its manifest.</exception>
    /// <exception cref="ObjectDisposedException">The dataset is disposed.</exception>
    /// <exception cref="PileException">A store fails, or there is not enough memory to start DuckDB.</exception>
    public static Task<DuckDBConnection> OpenConnectionAsync(this Dataset dataset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return OpenAsync(new Dictionary<string, Dataset> { [OnlyView] = dataset }, cancellationToken);
    }

    /// <summary>Opens a connection with several datasets as tables.</summary>
    /// <param name="datasets">The datasets by the names of their tables: a letter or underscore, then letters, digits and underscores. The
    /// smallest of their limits of threads and memory apply.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="ArgumentException">There is no dataset, or a name is not valid or not unique.</exception>
    /// <inheritdoc cref="OpenConnectionAsync" path="/returns"/>
    /// <inheritdoc cref="OpenConnectionAsync" path="/remarks"/>
    /// <inheritdoc cref="OpenConnectionAsync" path="/exception"/>
    public static Task<DuckDBConnection> OpenAsync(IReadOnlyDictionary<string, Dataset> datasets,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(datasets);
        Sql.RequireNames(datasets, nameof(datasets));
        return SelectConnection.OpenAsync(new Dictionary<string, Dataset>(datasets, StringComparer.OrdinalIgnoreCase), cancellationToken);
    }
}

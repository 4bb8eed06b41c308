using Pile.Format;

namespace Pile.Builders;

/// <summary>An open dataset that is the source of another one. Thread-safe.</summary>
internal interface IStoredDataset : IDisposable
{
    /// <summary>The folder or address.</summary>
    string Address { get; }

    /// <summary>The manifest.</summary>
    Manifest Manifest { get; }

    /// <summary>The manifest as a source of other datasets: its SHA-256 identifies all rows.</summary>
    SourceFile Source { get; }

    /// <summary>Where the files outside the dataset are, by their addresses in it.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Mounts { get; }

    /// <summary>Reads rows in the order of their ids, batch by batch.</summary>
    /// <param name="first">The first row in this order, from 0.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">The columns to read; those that the dataset lacks are left out.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PileException">The dataset is damaged, or its store fails.</exception>
    IAsyncEnumerable<RowBatch> ReadAsync(long first, long count, IReadOnlyList<string> columns, CancellationToken cancellationToken);
}

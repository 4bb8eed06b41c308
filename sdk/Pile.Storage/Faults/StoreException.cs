using Pile.Format;

namespace Pile.Storage;

/// <summary>An operation of a remote store, or of the cache of its files, failed.</summary>
/// <param name="fault">The kind of failure.</param>
/// <param name="address">The file or store, as <c>s3://bucket/key</c> or <c>https://…</c>; never with a credential.</param>
/// <param name="finding">What happened.</param>
/// <param name="remedy">What the caller can do.</param>
/// <param name="inner">The exception of the system or library.</param>
public sealed class StoreException(StoreFault fault, string address, string finding, string remedy, Exception? inner = null)
    : PileException($"{address}: {finding.TrimEnd('.')}. {remedy}.", inner)
{
    /// <summary>The kind of failure.</summary>
    public StoreFault Fault { get; } = fault;

    /// <summary>What happened, without the address and the remedy.</summary>
    internal string Finding { get; } = finding;

    /// <summary>The address of the file or store.</summary>
    public string Address { get; } = address;
}

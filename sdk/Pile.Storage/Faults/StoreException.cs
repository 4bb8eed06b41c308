using Pile.Format;

namespace Pile.Storage;

/// <summary>A remote store, or the cache of its files, did not do what it was asked.</summary>
/// <param name="fault">Why.</param>
/// <param name="address">The file or store, as <c>s3://bucket/key</c> or <c>https://…</c>; never with a credential.</param>
/// <param name="finding">What happened.</param>
/// <param name="remedy">What to do next.</param>
/// <param name="inner">What the system or the library said.</param>
public sealed class StoreException(StoreFault fault, string address, string finding, string remedy, Exception? inner = null)
    : PileException($"{address}: {finding}. {remedy}.", inner)
{
    /// <summary>Why.</summary>
    public StoreFault Fault { get; } = fault;

    /// <summary>The file or store.</summary>
    public string Address { get; } = address;
}

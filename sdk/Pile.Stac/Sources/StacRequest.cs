using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>A request to a STAC API.</summary>
/// <param name="IsPost">True for POST with a JSON body, false for GET.</param>
/// <param name="Address">The address, with its query.</param>
/// <param name="Body">The JSON body; empty for GET.</param>
/// <param name="Headers">Headers that the API asked for in a link.</param>
internal sealed record StacRequest(bool IsPost, Uri Address, ReadOnlyMemory<byte> Body,
    ImmutableArray<KeyValuePair<string, string>> Headers)
{
    /// <summary>The address without query, for messages: tokens and signatures are in the query.</summary>
    internal string Shown => Address.GetLeftPart(UriPartial.Path);
}

/// <summary>Sends a request and returns the body of a successful response. Retries are up to the sender.</summary>
/// <param name="request">The request.</param>
/// <param name="maxBytes">The largest body.</param>
/// <param name="cancellationToken">Cancels the operation.</param>
internal delegate Task<byte[]> StacSend(StacRequest request, int maxBytes, CancellationToken cancellationToken);

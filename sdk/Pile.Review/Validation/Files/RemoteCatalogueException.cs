namespace Pile.Review;

/// <summary>A HATS catalogue at a remote address, which is not validated.</summary>
internal sealed class RemoteCatalogueException(string address, Exception inner) : ArgumentException(
    $"'{address}' is a HATS catalogue, which is validated in a local folder only. Download its files, and validate the folder.", inner);

namespace Pile.Streaming;

/// <summary>When a loader reads.</summary>
public enum LoadStrategy
{
    /// <summary>When a batch is asked for: without a shuffle one batch, then more and more together.</summary>
    Lazy,

    /// <summary>Ahead of whoever uses the batches, as far as the memory for it goes.</summary>
    Background,

    /// <summary>Everything at the start; all rows have to fit in the memory for it. Later epochs read nothing.</summary>
    Preload,
}

namespace Pile.Streaming;

/// <summary>When a loader reads.</summary>
public enum LoadStrategy
{
    /// <summary>When a batch is requested: without a shuffle one batch at first, then growing numbers of batches together.</summary>
    Lazy,

    /// <summary>Ahead of the consumer, as far as <see cref="LoaderOptions.PrefetchBytes"/> allows.</summary>
    Background,

    /// <summary>All rows at the start; they must fit into <see cref="LoaderOptions.PrefetchBytes"/>. Later epochs read nothing.</summary>
    Preload,
}

using System.Collections.Concurrent;

namespace Pile.Codecs;

/// <summary>Encoders that are not in use: one for each thread that encodes. Safe for concurrent use.</summary>
internal sealed class PieceEncoders
{
    private readonly ConcurrentBag<PieceEncoder> idle = [];

    /// <summary>Returns an encoder that is not in use.</summary>
    public PieceEncoder Rent() => idle.TryTake(out PieceEncoder? encoder) ? encoder : new PieceEncoder();

    /// <summary>Takes an encoder back.</summary>
    public void Return(PieceEncoder encoder) => idle.Add(encoder);
}

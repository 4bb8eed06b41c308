using Pile.Format;

namespace Pile.Codecs;

/// <summary>Stored bytes cannot be decoded: they are corrupt, truncated, or encoded with another codec.</summary>
/// <param name="finding">What was found and what was expected.</param>
/// <param name="inner">The underlying exception, if any.</param>
/// <remarks>The codec has no information about file and row; the caller adds them.</remarks>
internal sealed class CodecException(string finding, Exception? inner = null) : PileException(finding, inner);

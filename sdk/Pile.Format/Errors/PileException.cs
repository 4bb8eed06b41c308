namespace Pile.Format;

/// <summary>The data, a file or the machine is at fault; the message says what, where and what to do next.</summary>
/// <remarks>One subtype per remedy. The message contains no password, signature or key of an address. A caller's own mistake is an
/// <see cref="ArgumentException"/> instead.</remarks>
public abstract class PileException(string message, Exception? inner = null) : Exception(Redaction.Apply(message), inner);

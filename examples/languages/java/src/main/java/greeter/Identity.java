package greeter;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key and a certificate for this one start, and the host's certificate: the only one that is trusted. */
final class Identity {
  private final KeyPair keys;
  private final X509Certificate certificate;
  private final X509Certificate host;

  Identity(String hostPem) throws Exception {
    host =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(hostPem.getBytes(StandardCharsets.US_ASCII)));
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
    certificate = certify(keys);
  }

  /** TLS-2. */
  private static X509Certificate certify(KeyPair keys) throws Exception {
    var name = new X500Name("CN=localhost");
    var from = Instant.now().minusSeconds(30);
    var usages = new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
    var builder =
        new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, new SecureRandom()),
                Date.from(from),
                Date.from(from.plus(Duration.ofDays(10957))),
                name,
                keys.getPublic())
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
            .addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
            .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usages));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  /** The sixth field (rule HS-9). */
  String lineField() throws Exception {
    return Base64.getEncoder().withoutPadding().encodeToString(certificate.getEncoded());
  }

  /** TLS-4 to TLS-6. */
  SslContext server() throws Exception {
    var builder = SslContextBuilder.forServer(keys.getPrivate(), certificate).clientAuth(ClientAuth.REQUIRE);
    return build(builder);
  }

  SslContext client() throws Exception {
    return build(SslContextBuilder.forClient().keyManager(keys.getPrivate(), certificate));
  }

  /** TLS-8: the JDK's own TLS knows P-521; netty's other one, BoringSSL, does not take it. */
  private SslContext build(SslContextBuilder builder) throws Exception {
    return GrpcSslContexts.configure(builder, SslProvider.JDK)
        .trustManager(host)
        .protocols("TLSv1.3", "TLSv1.2")
        .build();
  }
}
